import type { Queryable } from '../platform/postgres/postgres.ts';
import { sqlState } from '../platform/postgres/postgres.ts';
import {
  compareReleases,
  inChange,
  isReleaseName,
  type Release,
  type ReleaseName,
  releaseNames,
  releases,
  type SchemaState,
  schemaStates,
} from '../releases.ts';

/** What the schema says of itself: how far each change is, and the oldest release that may run. */
export interface Schema {
  /** By the change's name. One that has not begun has no entry: see `stateOf`. */
  readonly states: ReadonlyMap<string, SchemaState>;
  /** The changes that are being rolled back, and to which state. A release must run on both. */
  readonly goingBack: ReadonlyMap<string, SchemaState>;
  readonly oldestRelease: ReleaseName;
}

/** A row of `schema_state`. */
export interface SchemaRow {
  readonly change_name: string;
  readonly state: string;
  readonly going_back_to: string | null;
  readonly oldest_release: string;
}

export const schemaRowsSql =
  'SELECT change_name, state, going_back_to, oldest_release FROM schema_state';

const undefinedTable = '42P01';

/** Null when the database is empty. */
export async function readSchema(db: Queryable): Promise<Schema | null> {
  try {
    const { rows } = await db.query<SchemaRow & Record<string, string | null>>(schemaRowsSql);
    return toSchema(rows);
  } catch (error) {
    if (sqlState(error) === undefinedTable) return null;
    throw error;
  }
}

/** The state of one change; null when the database is empty. */
export async function readState(db: Queryable, change: string): Promise<SchemaState | null> {
  const schema = await readSchema(db);
  return schema === null ? null : stateOf(schema, change);
}

export function stateOf(schema: Schema, change: string): SchemaState {
  return schema.states.get(change) ?? 'baseline';
}

/** @throws {RefusedToRunError} when the schema is one that only newer code knows. */
export function toSchema(rows: readonly SchemaRow[]): Schema {
  const states = new Map<string, SchemaState>();
  const goingBack = new Map<string, SchemaState>();
  let oldestRelease: ReleaseName = releaseNames[0];
  for (const { change_name: change, state, going_back_to, oldest_release: oldest } of rows) {
    const known = schemaStates.find((candidate) => candidate === state);
    const back = schemaStates.find((candidate) => candidate === going_back_to);
    if (known === undefined || !isReleaseName(oldest)) {
      throw new RefusedToRunError(
        `this code is too old for this database: the change "${change}" is "${state}" and needs release ${oldest} or newer; deploy a release that knows it`,
      );
    }
    states.set(change, known);
    if (back !== undefined && back !== known) goingBack.set(change, back);
    if (compareReleases(oldest, oldestRelease) > 0) oldestRelease = oldest;
  }
  return { states, goingBack, oldestRelease };
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
export function assertMayRun(release: Release, schema: Schema | null): asserts schema is Schema {
  if (schema === null) {
    throw new RefusedToRunError(
      `release ${release.name} cannot run: the database has no schema yet; run "npm run schema -- expand --release ${release.name}" first`,
    );
  }
  const change = obstacle(release, schema);
  const tooOld = compareReleases(release.name, schema.oldestRelease) < 0;
  if (change === undefined && !tooOld) return;
  const where = change === undefined ? '' : `${describe(schema, change)}, `;
  const wanted = change === undefined ? [] : inChange(release, change).runsOn;
  throw new RefusedToRunError(
    tooOld
      ? `release ${release.name} is too old for this database: ${where}which needs release ${schema.oldestRelease} or newer; deploy one of ${runnable(schema)}`
      : `release ${release.name} is too new for this database: ${where}and the release needs "${wanted[0]}"; change the schema first (npm run schema -- status) or deploy one of ${runnable(schema)}`,
  );
}

function describe(schema: Schema, change: string): string {
  const back = schema.goingBack.get(change);
  const way = back === undefined ? '' : ` on its way back to "${back}"`;
  return `${change} is "${stateOf(schema, change)}"${way}`;
}

export function mayRun(release: Release, schema: Schema): boolean {
  const tooOld = compareReleases(release.name, schema.oldestRelease) < 0;
  return !tooOld && obstacle(release, schema) === undefined;
}

/** Why a release must not run on a schema, in a few words; null when it may. */
export function refusalOf(release: Release, schema: Schema): string | null {
  if (mayRun(release, schema)) return null;
  if (compareReleases(release.name, schema.oldestRelease) < 0) {
    return `too old, ${schema.oldestRelease} or newer is needed`;
  }
  const change = obstacle(release, schema) ?? '';
  const back = schema.goingBack.get(change);
  return back === undefined
    ? `too new, needs ${change} "${inChange(release, change).runsOn[0]}"`
    : `too new, ${change} goes back to "${back}"`;
}

/** The first change in whose state, or in the one that it goes back to, the release does not run. */
function obstacle(release: Release, schema: Schema): string | undefined {
  const names = new Set([...Object.keys(release.changes), ...schema.states.keys()]);
  return [...names].find((name) => {
    const state = stateOf(schema, name);
    const { runsOn } = inChange(release, name);
    return ![state, schema.goingBack.get(name) ?? state].every((each) => runsOn.includes(each));
  });
}

function runnable(schema: Schema): string {
  return [...releases.values()]
    .filter((release) => mayRun(release, schema))
    .map((release) => release.name)
    .join(', ');
}
