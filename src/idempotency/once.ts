import type { Database } from '../platform/database.ts';
import type { Metrics } from '../platform/metrics.ts';
import { Problem } from '../platform/problems.ts';
import type { Transaction } from '../platform/transaction.ts';
import { KeyInProgressProblem, KeyReusedProblem, KeyTakenError } from './errors.ts';
import { findKey, isKnown, type KeyRef, type StoredAnswer, storeAnswer } from './keys.ts';

export interface Answer extends StoredAnswer {
  readonly replayed: boolean;
}

export interface OnceDeps {
  readonly database: Database;
  /** How long an answer is kept, in milliseconds. */
  readonly keyTtlMs: number;
  readonly metrics: Pick<Metrics, 'idempotencyRequests'>;
}

/**
 * Does a piece of work and keeps its answer, both in one transaction, so that either both are
 * there or neither is: a process that dies in between leaves nothing to tidy up.
 *
 * @throws what `work` throws (then nothing is kept and the key is free again), `KeyReusedProblem`,
 *   and `KeyInProgressProblem` when another request with the key does not end.
 */
export function answerOnce(
  deps: OnceDeps,
  ref: KeyRef,
  work: (tx: Transaction) => Promise<StoredAnswer>,
): Promise<Answer> {
  const transact = () =>
    deps.database.transaction(async (tx) => {
      const known = await findKey(tx, ref);
      if (known?.point === 'finished') return { ...known.answer, replayed: true };
      if (known !== null) throw new KeyInProgressProblem();
      const answer = await work(tx);
      storeAnswer(tx, ref, answer, deps.keyTtlMs);
      return { ...answer, replayed: false };
    });
  return withKey(deps, ref, transact, ({ replayed }) => (replayed ? 'replayed' : 'new'));
}

/**
 * Runs the transaction that looks at a key and does what is new, and counts what the key stood for.
 * It is run again when another request with the same key was committed meanwhile: that one's answer
 * counts, and not that its order is paid already, or that it took the last piece.
 */
export async function withKey<T>(
  deps: OnceDeps,
  ref: KeyRef,
  transact: () => Promise<T>,
  outcomeOf: (result: T) => 'new' | 'replayed' | 'resumed',
): Promise<T> {
  const { idempotencyRequests } = deps.metrics;
  try {
    const result = await transact().catch(async (error: unknown) => {
      if (!(await cameTooLate(deps, ref, error))) throw error;
      return transact().catch(refuseTaken);
    });
    idempotencyRequests.inc({ outcome: outcomeOf(result) });
    return result;
  } catch (error) {
    if (error instanceof KeyReusedProblem) idempotencyRequests.inc({ outcome: 'reused' });
    if (error instanceof KeyInProgressProblem) idempotencyRequests.inc({ outcome: 'in-progress' });
    throw error;
  }
}

async function cameTooLate(deps: OnceDeps, ref: KeyRef, error: unknown): Promise<boolean> {
  if (error instanceof KeyTakenError) return true;
  const isOfTheKey = error instanceof KeyReusedProblem || error instanceof KeyInProgressProblem;
  return error instanceof Problem && !isOfTheKey && (await isKnown(deps.database, ref));
}

function refuseTaken(error: unknown): never {
  throw error instanceof KeyTakenError ? new KeyInProgressProblem() : error;
}
