import type { Queryable } from '../platform/postgres/postgres.ts';
import { inChange, releaseOf } from '../releases.ts';
import { differs, type SchemaChange, unfilled } from './change.ts';
import { connectedReleases, liveInstances } from './instances.ts';
import { phaseOf, writesOldOnly } from './phases.ts';
import { readState } from './schema-state.ts';

/** Backfilling now would leave rows behind, or undo what is right. */
export class BackfillRefusedError extends Error {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`backfill refused: ${reasons.join('; ')}`);
    this.name = 'BackfillRefusedError';
    this.reasons = reasons;
  }
}

/**
 * Which rows are written. While the old columns are always filled they say what is right. Once
 * they may be empty, a release that knows the new ones alone may have changed a row since: then
 * only holes are filled.
 */
export const rowsToFill = { expanded: differs, relaxed: unfilled } as const;

/**
 * @returns the schema's state, by which `rowsToFill` says which rows are written.
 * @throws {BackfillRefusedError} on another schema, or while an instance writes the old shape alone.
 */
export async function assertMayBackfill(
  db: Queryable,
  change: SchemaChange,
): Promise<keyof typeof rowsToFill> {
  const state = await readState(db, change.name);
  if (state !== 'expanded' && state !== 'relaxed') {
    throw new BackfillRefusedError([
      `the schema is "${state ?? 'empty'}" and must be "expanded" or "relaxed"`,
    ]);
  }
  const instances = await liveInstances(db, change.name);
  const reasons = instances
    .filter((instance) => writesOldOnly(phaseOf(instance.phase)))
    .map(
      ({ id, release, phase }) =>
        `${id} (release ${release}) is in phase ${phase} and does not write the new columns`,
    );
  const silent = (await connectedReleases(db)).filter(
    ({ release, instance }) =>
      inChange(releaseOf(release), change.name).phases.every((p) => writesOldOnly(phaseOf(p))) &&
      !instances.some((i) => i.id === instance),
  );
  reasons.push(
    ...silent.map(({ instance, release }) => `${instance} (release ${release}) is connected`),
  );
  if (reasons.length > 0) throw new BackfillRefusedError(reasons);
  return state;
}
