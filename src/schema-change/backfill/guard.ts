import type { Queryable } from '../../platform/postgres/postgres.ts';
import { inChange, releaseOf } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import { connectedReleases, liveInstances } from '../instances.ts';
import { type Phase, phaseOf } from '../phases/phases.ts';
import { readState } from '../schema-state.ts';
import type { Direction, TwoShapes } from './fill-sql.ts';

/** Backfilling now would leave rows behind, or undo what is right. */
export class BackfillRefusedError extends Error {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[], how = 'backfill refused') {
    super(`${how}: ${reasons.join('; ')}`);
    this.name = 'BackfillRefusedError';
    this.reasons = reasons;
  }
}

/**
 * Looks whether every live instance writes the columns that are to be filled: a row that one
 * writes without them behind the cursor would stay wrong, silently.
 *
 * @returns the schema's state, by which `rowsToFill` says which rows are written.
 * @throws {BackfillRefusedError} on another schema, or while an instance writes the other shape alone.
 */
export async function assertMayBackfill(
  db: Queryable,
  change: SchemaChange,
  direction: Direction = 'new',
): Promise<TwoShapes> {
  const state = await readState(db, change.name);
  if (state !== 'expanded' && state !== 'relaxed') {
    throw new BackfillRefusedError([
      `the schema is "${state ?? 'empty'}" and must be "expanded" or "relaxed"`,
    ]);
  }
  const reasons = await forgetfulInstances(db, change, direction);
  if (reasons.length > 0) throw new BackfillRefusedError(reasons);
  return state;
}

async function forgetfulInstances(
  db: Queryable,
  change: SchemaChange,
  direction: Direction,
): Promise<string[]> {
  const forgets = (phase: Phase['name']) => !phaseOf(phase).writes.includes(direction);
  const instances = await liveInstances(db, change.name);
  const beating = instances
    .filter(({ phase }) => forgets(phase))
    .map(
      ({ id, release, phase }) =>
        `${id} (release ${release}) is in phase ${phase} and does not write the ${direction} columns`,
    );
  const silent = (await connectedReleases(db))
    .filter(({ instance }) => !instances.some(({ id }) => id === instance))
    .filter(({ release }) => inChange(releaseOf(release), change.name).phases.every(forgets))
    .map(({ instance, release }) => `${instance} (release ${release}) is connected`);
  return [...beating, ...silent];
}
