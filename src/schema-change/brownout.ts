import type pg from 'pg';
import type { Queryable } from '../platform/postgres/postgres.ts';
import { watchMetrics } from './brownout/denials.ts';
import { type Brownout, becomeWatcher, lastBrownout, thisWatcher } from './brownout/record.ts';
import { beginBrownout, endBrownout } from './brownout/switch-rights.ts';
import { type BrownoutResult, reasonsAgainst, watch } from './brownout/watch.ts';
import type { SchemaChange } from './change.ts';
import { readState } from './schema-state.ts';

export { serviceRole } from './brownout/rights.ts';

export interface BrownoutOptions {
  readonly windowSeconds: number;
  /** Addresses of the replicas' metrics, which tell of a refused right sooner than heartbeats. */
  readonly metricsUrls: readonly string[];
  readonly signal: AbortSignal;
  /** Somebody else's brownout is gone on with, which was left by its watcher. */
  readonly onAdopted: (left: Brownout) => void;
  readonly onTick: (secondsLeft: number) => void;
}

/** A brownout now would hurt a release that needs the old columns. */
export class BrownoutRefusedError extends Error {
  constructor(reasons: readonly string[]) {
    super(`brownout refused: ${reasons.join('; ')}`);
    this.name = 'BrownoutRefusedError';
  }
}

/**
 * Takes the service's rights on the old columns away and watches for a whole window. A statement
 * that still needs them fails with 42501, an instance reports it, and the rights are given back
 * at once. When nobody missed them they stay taken away, until contract drops the columns.
 *
 * What is going on is a row in the database, written in the transaction that takes the rights: one
 * whose watcher was killed is gone on with, for what is left of its window.
 *
 * @throws {BrownoutRefusedError} when the schema or a live instance is not ready for it, or
 *   somebody else watches.
 * @throws {RightsRemainError} when the rights cannot be taken away column by column.
 */
export async function brownout(
  pool: pg.Pool,
  change: SchemaChange,
  options: BrownoutOptions,
): Promise<BrownoutResult> {
  const client = await pool.connect();
  try {
    if (!(await becomeWatcher(client, change.name))) throw await watchedBy(pool, change);
    const last = await lastBrownout(pool, change.name);
    const metrics = await watchMetrics(options.metricsUrls);
    if (last?.outcome === 'watching') {
      options.onAdopted(last);
      await pool.query('UPDATE brownouts SET watcher = $2 WHERE id = $1', [last.id, thisWatcher()]);
      return await watch({ pool, client, change, id: last.id, metrics }, options);
    }
    const reasons = await reasonsAgainst(pool, change);
    if (reasons.length > 0) throw new BrownoutRefusedError(reasons);
    const id = await beginBrownout(pool, change, options.windowSeconds);
    return await watch({ pool, client, change, id, metrics }, options);
  } finally {
    client.release(true); // the watcher's lock goes with the session
  }
}

/**
 * Gives the rights back, whatever state a brownout is in. Safe to repeat.
 *
 * @throws {BrownoutRefusedError} when there are no columns any more to have rights on.
 */
export async function undoBrownout(pool: pg.Pool, change: SchemaChange): Promise<boolean> {
  if ((await readState(pool, change.name)) === 'contracted') {
    throw new BrownoutRefusedError([
      'the old columns are dropped; there are no rights to give back',
    ]);
  }
  return endBrownout(pool, change, 'undone by hand');
}

async function watchedBy(db: Queryable, change: SchemaChange): Promise<BrownoutRefusedError> {
  const watcher = (await lastBrownout(db, change.name))?.watcher ?? 'somebody else';
  return new BrownoutRefusedError([`${watcher} watches one now; wait for its end, or --undo it`]);
}
