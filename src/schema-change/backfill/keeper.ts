import { setTimeout as sleep } from 'node:timers/promises';
import { readControl } from './control.ts';
import type { Crew } from './crew.ts';
import { failureOf } from './failures.ts';
import { assertMayBackfill, BackfillRefusedError } from './guard.ts';
import { othersAtWork } from './neighbours.ts';
import { renewRecord } from './record.ts';
import type { Shared } from './worker.ts';

/** Between two rounds: about as often as an instance sends its heartbeat (2 s), and oftener. */
const everyMs = 500;

/**
 * Beside the batches, until the run ends: looks whether an instance has come that does not write
 * what is filled, whether others are at work, and writes down what the run is doing.
 *
 * @throws {BackfillRefusedError} when such an instance has come.
 */
export async function keep(shared: Shared, crew: Crew): Promise<void> {
  const { signal } = shared;
  while (!signal.aborted) {
    try {
      await round(shared, crew);
    } catch (error) {
      // Whether the database stays away is for the workers to find out.
      if (failureOf(error) === null) throw error;
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

async function round({ board, onControl }: Shared, crew: Crew): Promise<void> {
  const { pool, change, direction, run } = crew;
  await assertMayBackfill(pool, change, direction).catch((error: unknown) => {
    if (!(error instanceof BackfillRefusedError)) throw error;
    const how = 'backfill ended; run it again when this is over';
    throw new BackfillRefusedError(error.reasons, how);
  });
  // While no batch begins nobody else reads the operator's wishes.
  onControl(await readControl(pool, change.name));
  board.others(await othersAtWork(pool));
  await board.reread();
  await renewRecord(pool, run, board.figures());
}
