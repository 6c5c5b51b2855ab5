import type pg from 'pg';
import { type Queryable, transaction } from '../platform/postgres.ts';
import { claimKey, completeKey, type KeyRef, type StoredAnswer } from './keys.ts';

export interface Answer extends StoredAnswer {
  readonly replayed: boolean;
}

/**
 * Does a piece of work and keeps its answer, both in one transaction, so that either both are
 * there or neither is: a process that dies in between leaves nothing to tidy up.
 *
 * @throws what `work` throws (then nothing is kept and the key is free again), and the problems of
 *   `claimKey`.
 */
export async function answerOnce(
  pool: pg.Pool,
  ref: KeyRef,
  work: (db: Queryable) => Promise<StoredAnswer>,
): Promise<Answer> {
  return transaction(pool, async (db) => {
    const claim = await claimKey(db, ref, 0);
    if (claim.kind === 'replay') return { ...claim.answer, replayed: true };
    const answer = await work(db);
    await completeKey(db, ref, answer);
    return { ...answer, replayed: false };
  });
}
