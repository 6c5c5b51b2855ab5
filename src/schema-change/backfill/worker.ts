import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { SchemaChange } from '../change.ts';
import type { BatchJob, BatchResult, Range } from './batch.ts';
import type { Board } from './board.ts';
import type { Control } from './control.ts';
import { finishTables, rowsPerVacuum, vacuumPart } from './tidy.ts';
import { createTries } from './tries.ts';
import type { Tuner } from './tuner.ts';

type Filled = NonNullable<BatchResult['filled']>;

/** What all workers of a run share. */
export interface Shared {
  readonly pool: pg.Pool;
  readonly change: SchemaChange;
  readonly job: Omit<BatchJob, 'onRange'>;
  readonly board: Board;
  /** Aborted when the run has to end; the batch under way is finished. */
  readonly signal: AbortSignal;
  readonly onControl: (control: Control) => void;
}

/** Between two looks for something to do, or for the end of a pause, in ms. */
const lookMs = 100;
/**
 * Takes ranges and fills them, batch by batch.
 *
 * @returns `done` when nothing is left, `ended` when the run has to end before.
 * @throws the signal's error where it waits.
 */
export async function work(shared: Shared, tuner: Tuner): Promise<'done' | 'ended'> {
  const { signal, board } = shared;
  const tries = createTries(shared, tuner);
  const tidy = createTidier(shared);
  let last: Range | null = null;
  while (!signal.aborted) {
    await board.pace.wait(signal);
    if (await board.throttle.admit(signal)) tuner.ease();
    const size = Math.max(1, Math.floor(Math.min(tuner.size(), board.pace.most())));
    board.size(size);
    const begun = performance.now();
    const result = await tries.batch(size, last);
    if (result === null) continue;
    shared.onControl(result.control);
    if (result.filled === null) {
      if (!result.control.paused && (await tidy.nothingLeft())) return 'done';
      await sleep(lookMs, undefined, { signal });
      continue;
    }
    last = result.filled;
    noteBatch(board, tuner, { ...result.filled, size }, performance.now() - begun);
    await tidy.after(result.filled);
    await rest(board, performance.now() - begun, signal);
  }
  return 'ended';
}

function noteBatch(
  board: Board,
  tuner: Tuner,
  batch: Filled & { readonly size: number },
  ms: number,
): void {
  // A batch that a rate limit or the end of its range made small says nothing about the pace.
  if (batch.size === tuner.size()) tuner.took(batch.seen, ms);
  board.pace.spend(batch.seen);
  board.filled(batch, ms / 1000);
}

/** While others are at work, the machine is theirs for as long as it was the batch's. */
async function rest(board: Board, workedMs: number, signal: AbortSignal): Promise<void> {
  const share = board.share();
  if (share < 1) await sleep((workedMs * (1 - share)) / share, undefined, { signal });
}

/** Cleans up behind the batches, of which each worker counts its own. */
function createTidier({ pool, change, board, signal }: Shared) {
  const dead = new Map<string, number>();
  const tidying = () => ({ pool, signal, gently: board.share() < 1 });
  return {
    async after({ table, changed, finished }: Filled): Promise<void> {
      const written = (dead.get(table) ?? 0) + changed;
      const isDue = written >= rowsPerVacuum(board.rowsTotal(table));
      dead.set(table, isDue ? 0 : written);
      if (isDue && !finished) await vacuumPart(tidying(), table);
      if (finished && (await finishTables(tidying(), change)).length > 0) await board.reread();
    },
    /** Ends what a run before this one has left to be ended. */
    async nothingLeft(): Promise<boolean> {
      await finishTables(tidying(), change);
      const open = 'SELECT FROM backfill_progress WHERE change_name = $1 AND finished_at IS NULL';
      return (await pool.query(open, [change.name])).rows.length === 0;
    },
  };
}
