import { Problem } from '../platform/http/problems.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../platform/postgres/database.ts';
import type { Transaction } from '../platform/postgres/transaction.ts';
import { KeyInProgressProblem, KeyReusedProblem, KeyTakenError } from './errors.ts';
import { findKey, type KeyRef, type StoredAnswer, storeAnswer } from './keys.ts';

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
  const attempt = () =>
    deps.database.transaction(async (tx) => {
      const known = await findKey(tx, ref);
      if (known?.point === 'finished') return { ...known.answer, replayed: true };
      if (known !== null) throw new KeyInProgressProblem();
      const answer = await work(tx);
      storeAnswer(tx, ref, answer, deps.keyTtlMs);
      return { ...answer, replayed: false };
    });
  return withKey(deps, ref, { attempt, replay: (answer) => answer, outcomeOf: outcomeOfAnswer });
}

export function outcomeOfAnswer({ replayed }: Answer): 'new' | 'replayed' {
  return replayed ? 'replayed' : 'new';
}

export interface Attempts<T> {
  /** Does what is new. @throws {KeyTakenError} when another request with the key was faster. */
  attempt(): Promise<T>;
  replay(answer: Answer): T;
  outcomeOf(result: T): 'new' | 'replayed' | 'resumed';
}

/**
 * Attempts a request and counts what its key stood for. When another request with the same key was
 * committed meanwhile, that one's answer counts, and not that the order is paid already, or that the
 * last piece is sold.
 */
export async function withKey<T>(deps: OnceDeps, ref: KeyRef, attempts: Attempts<T>): Promise<T> {
  const { idempotencyRequests } = deps.metrics;
  try {
    const result = await attempts
      .attempt()
      .catch((error: unknown) => afterTheOther(deps, ref, attempts, error));
    idempotencyRequests.inc({ outcome: attempts.outcomeOf(result) });
    return result;
  } catch (error) {
    if (error instanceof KeyReusedProblem) idempotencyRequests.inc({ outcome: 'reused' });
    if (error instanceof KeyInProgressProblem) idempotencyRequests.inc({ outcome: 'in-progress' });
    throw error;
  }
}

async function afterTheOther<T>(
  deps: OnceDeps,
  ref: KeyRef,
  attempts: Attempts<T>,
  error: unknown,
): Promise<T> {
  const taken = error instanceof KeyTakenError;
  const isOfTheKey = error instanceof KeyReusedProblem || error instanceof KeyInProgressProblem;
  if (!taken && (isOfTheKey || !(error instanceof Problem))) throw error;
  const known = await deps.database.transaction((tx) => findKey(tx, ref));
  if (known?.point === 'finished') return attempts.replay({ ...known.answer, replayed: true });
  if (known === null && !taken) throw error;
  return attempts.attempt().catch((again: unknown) => {
    throw again instanceof KeyTakenError ? new KeyInProgressProblem() : again;
  });
}
