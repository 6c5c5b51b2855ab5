import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchJob, type BatchResult, fillBatch, type Range } from './batch.ts';
import { failureOf } from './failures.ts';
import { whatIsLocked } from './locked.ts';
import type { Tuner } from './tuner.ts';
import type { Shared } from './worker.ts';

/** Pause after a batch that was undone, in ms, doubling with each in a row. */
const pauses = { first: 20, longest: 1_000 };
/** How long a database that has gone away is waited for. */
const patienceMs = 60_000;

export interface Tries {
  /**
   * Fills a batch; null when it was undone and the next one shall be tried: with fewer rows after
   * a lock that was not to be had, with the same ones when the database was away.
   *
   * @throws what no repetition cures, and a lost connection after a minute.
   */
  batch(rows: number, last: Range | null): Promise<BatchResult | null>;
}

export function createTries(shared: Shared, tuner: Tuner): Tries {
  const { signal, board, pool, change } = shared;
  let inARow = 0;
  let lostAt: number | null = null;
  let told = false;
  let range: Range | null = null;
  const job: BatchJob = {
    ...shared.job,
    onRange(claimed) {
      range = claimed;
    },
  };

  async function recover(error: unknown, rows: number): Promise<void> {
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure === 'connection') {
      lostAt ??= performance.now();
      if (performance.now() - lostAt > patienceMs) throw error;
    } else {
      board.noteUndone();
      tuner.failed();
    }
    if (failure === 'lock' && rows === 1 && !told) {
      told = true;
      board.say(`waiting: ${await whatIsLocked(pool, change, range)}`);
    }
    const pauseMs = Math.min(pauses.longest, pauses.first * 2 ** inARow);
    inARow += 1;
    // Spread by chance, so that workers that met over one lock do not meet there again.
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal });
  }

  return {
    async batch(rows, last) {
      try {
        const result = await fillBatch(pool, job, rows, last);
        if (told) board.say('the lock is free: going on');
        inARow = 0;
        lostAt = null;
        told = false;
        return result;
      } catch (error) {
        await recover(error, rows);
        return null;
      }
    },
  };
}
