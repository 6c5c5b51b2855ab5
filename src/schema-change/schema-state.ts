import type { Queryable } from '../platform/postgres/postgres.ts';
import { sqlState } from '../platform/postgres/postgres.ts';
import {
  compareReleases,
  isReleaseName,
  type Release,
  type ReleaseName,
  releases,
  type SchemaState,
  schemaStates,
} from '../releases.ts';

/** What the schema says of itself: its state, and the oldest release that may run on it. */
export interface SchemaRecord {
  readonly state: SchemaState;
  readonly oldestRelease: ReleaseName;
}

const undefinedTable = '42P01';

/** Null when the database is empty. */
export async function readSchemaRecord(db: Queryable): Promise<SchemaRecord | null> {
  try {
    const { rows } = await db.query<{ state: string; oldest_release: string }>(
      'SELECT state, oldest_release FROM schema_state',
    );
    const [row] = rows;
    return row === undefined ? null : toSchemaRecord(row.state, row.oldest_release);
  } catch (error) {
    if (sqlState(error) === undefinedTable) return null;
    throw error;
  }
}

/** @throws {RefusedToRunError} when the schema is one that only newer code knows. */
export function toSchemaRecord(state: string, oldestRelease: string): SchemaRecord {
  const known = schemaStates.find((candidate) => candidate === state);
  if (known === undefined || !isReleaseName(oldestRelease)) {
    throw new RefusedToRunError(
      `this code is too old for this database: its schema is "${state}" and needs release ${oldestRelease} or newer; deploy a release that knows it`,
    );
  }
  return { state: known, oldestRelease };
}

/** This release must not run on this schema. The message is the one sentence to print. */
export class RefusedToRunError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedToRunError';
  }
}

/**
 * Checks that a release may run on a schema.
 *
 * @throws {RefusedToRunError} saying which release it is, what the schema needs and what to do.
 */
export function assertMayRun(
  release: Release,
  record: SchemaRecord | null,
): asserts record is SchemaRecord {
  if (record === null) {
    throw new RefusedToRunError(
      `release ${release.name} cannot run: the database has no schema yet; run "npm run schema -- expand --release ${release.name}" first`,
    );
  }
  if (mayRun(release, record)) return;
  const tooOld = compareReleases(release.name, record.oldestRelease) < 0;
  const [needed] = release.runsOn;
  throw new RefusedToRunError(
    tooOld
      ? `release ${release.name} is too old for this database: its schema is "${record.state}" and needs release ${record.oldestRelease} or newer; deploy one of ${runnable(record)}`
      : `release ${release.name} is too new for this database: its schema is "${record.state}" and the release needs "${needed}"; change the schema first (npm run schema -- status) or deploy one of ${runnable(record)}`,
  );
}

export function mayRun(release: Release, record: SchemaRecord): boolean {
  return (
    compareReleases(release.name, record.oldestRelease) >= 0 &&
    release.runsOn.includes(record.state)
  );
}

function runnable(record: SchemaRecord): string {
  return [...releases.values()]
    .filter((release) => mayRun(release, record))
    .map((release) => release.name)
    .join(', ');
}
