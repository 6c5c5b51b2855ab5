import type pg from 'pg';
import type { Observer } from '../backfill/figures.ts';
import { BackfillRefusedError } from '../backfill/guard.ts';
import { backfill } from '../backfill/run.ts';
import { signals } from '../backfill/signals/signals.ts';
import type { SchemaChange } from '../change.ts';
import { InterruptedError } from '../ddl/lock-tries.ts';

/** Rows were written without the old shape meanwhile, by an instance that the gate did not see. */
export class WrittenWithoutOldError extends Error {
  constructor(reasons: readonly string[]) {
    super(reasons.join('; '));
    this.name = 'WrittenWithoutOldError';
  }
}

/** A service that suffers may be what the rollback is for: it must not wait for it to be well. */
const noneHolds = Object.fromEntries(signals.map(({ name }) => [name, null]));

/**
 * Fills the old columns of every row that has the new shape alone, as a backfill does in the other
 * direction, from the first row on: another release may have written behind an earlier one. A row
 * whose value has no place in the old shape is left as it is.
 *
 * @returns how many rows were filled.
 * @throws {InterruptedError} when it was told to end; what was filled stays.
 * @throws {WrittenWithoutOldError} when a live instance does not write the old columns.
 */
export async function fillOld(
  pool: pg.Pool,
  change: SchemaChange,
  { signal, observer }: { readonly signal: AbortSignal; readonly observer: Partial<Observer> },
): Promise<number> {
  try {
    const { outcome, tables } = await backfill(pool, change, {
      ...{ direction: 'old', restart: true, thresholds: noneHolds, signal, observer },
    });
    if (outcome !== 'complete') {
      throw new InterruptedError(`filling the old columns of ${change.name}`);
    }
    return tables.reduce((sum, { rowsChanged }) => sum + rowsChanged, 0);
  } catch (error) {
    if (!(error instanceof BackfillRefusedError)) throw error;
    throw new WrittenWithoutOldError(error.reasons);
  }
}
