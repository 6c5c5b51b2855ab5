import { type Queryable, sqlState } from '../platform/postgres/postgres.ts';
import type { Transaction } from '../platform/postgres/transaction.ts';
import { KeyInProgressProblem, KeyReusedProblem, KeyTakenError } from './errors.ts';
import type { PendingPoint, RecoveryPoint } from './recovery-points.ts';

/** A key of one customer, and what it stands for. */
export interface KeyRef {
  readonly customerId: string;
  readonly key: string;
  /** See `hashRequest`. */
  readonly requestHash: string;
}

/** An answer as it went over the wire the first time: repeated byte for byte. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

/** What is known of a request that came before, with the same key. */
export type Known =
  | { readonly point: 'finished'; readonly answer: StoredAnswer }
  | { readonly point: PendingPoint; readonly resourceId: string };

const findSql = `
  SELECT request_hash, recovery_point, resource_id, response_status, response_body,
    recovery_point = 'finished' AND expires_at <= now() AS expired
  FROM idempotency_keys WHERE customer_id = $1 AND key = $2`;

const forgetSql = `
  DELETE FROM idempotency_keys
  WHERE customer_id = $1 AND key = $2 AND recovery_point = 'finished' AND expires_at <= now()`;

/** Parameters of `keepAnswerSql`, as they stand in the statement around it. */
export interface KeepParameters {
  readonly customerId: string;
  readonly key: string;
  readonly requestHash: string;
  readonly status: string;
  readonly body: string;
  readonly ttlMs: string;
}

/**
 * SQL that keeps an answer, for a statement that makes it true at the same time. It returns a row
 * unless the key is taken: then the rest of the statement must do nothing.
 */
export function keepAnswerSql(is: KeepParameters): string {
  return `
  INSERT INTO idempotency_keys
    (customer_id, key, request_hash, recovery_point, response_status, response_body, expires_at)
  VALUES (${is.customerId}, ${is.key}, ${is.requestHash}, 'finished', ${is.status}, ${is.body},
    now() + ${is.ttlMs} * interval '1 millisecond')
  ON CONFLICT (customer_id, key) DO NOTHING RETURNING key`;
}

const finishedSql = `
  INSERT INTO idempotency_keys
    (customer_id, key, request_hash, recovery_point, response_status, response_body, expires_at)
  VALUES ($1, $2, $3, 'finished', $4, $5, now() + $6 * interval '1 millisecond')`;

const pendingSql = `
  INSERT INTO idempotency_keys
    (customer_id, key, request_hash, recovery_point, resource_id, locked_until, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond',
    now() + $7 * interval '1 millisecond')`;

const takeOverSql = `
  UPDATE idempotency_keys SET locked_until = now() + $3 * interval '1 millisecond'
  WHERE customer_id = $1 AND key = $2 AND recovery_point <> 'finished' AND locked_until <= now()
  RETURNING key`;

const unlockSql = `
  UPDATE idempotency_keys SET locked_until = now()
  WHERE resource_id = $1 AND recovery_point <> 'finished'`;

const finishSql = `
  UPDATE idempotency_keys
  SET recovery_point = 'finished', response_status = $2, response_body = $3, locked_until = now()
  WHERE resource_id = $1 AND recovery_point <> 'finished'
  RETURNING key`;

interface KeyRow {
  readonly request_hash: string;
  readonly recovery_point: RecoveryPoint;
  readonly resource_id: string | null;
  readonly response_status: number | null;
  readonly response_body: string | null;
  readonly expired: boolean;
}

/**
 * What became of the first request with a key; null when there was none, or none that still counts.
 *
 * @throws {KeyReusedProblem} when the key stands for another request.
 */
export async function findKey(tx: Transaction, ref: KeyRef): Promise<Known | null> {
  const { rows } = await tx.query<KeyRow>(findSql, [ref.customerId, ref.key]);
  const [row] = rows;
  if (row === undefined) return null;
  if (row.expired) {
    tx.defer(tx.query(forgetSql, [ref.customerId, ref.key]));
    return null;
  }
  if (row.request_hash !== ref.requestHash) throw new KeyReusedProblem();
  return knownOf(row);
}

/** @throws {Error} for a row that no step can have left. */
function knownOf(row: KeyRow): Known {
  const { recovery_point: point, resource_id: resourceId, response_status: status } = row;
  if (point === 'finished') {
    if (status === null || row.response_body === null)
      throw new Error('a finished key has no answer');
    return { point, answer: { status, body: row.response_body } };
  }
  if (resourceId === null) throw new Error(`a key that is ${point} names nothing`);
  return { point, resourceId };
}

/** Keeps an answer in the transaction that makes it true. For a request that has no step before. */
export function storeAnswer(
  tx: Transaction,
  ref: KeyRef,
  answer: StoredAnswer,
  ttlMs: number,
): void {
  const { status, body } = answer;
  const values = [ref.customerId, ref.key, ref.requestHash, status, body, ttlMs];
  tx.defer(tx.query(finishedSql, values).catch(refuseTaken));
}

/**
 * Keeps that a request has come to a recovery point, in the transaction that makes it true.
 *
 * @param lockMs how long its process may take from here before another one goes on in its place.
 */
export function storePoint(
  tx: Transaction,
  ref: KeyRef,
  at: { point: PendingPoint; resourceId: string; lockMs: number; ttlMs: number },
): void {
  const values = [
    ...[ref.customerId, ref.key, ref.requestHash],
    ...[at.point, at.resourceId, at.lockMs, at.ttlMs],
  ];
  tx.defer(tx.query(pendingSql, values).catch(refuseTaken));
}

/**
 * Goes on in the place of a process that has not finished in its time.
 *
 * @throws {KeyInProgressProblem} while that time is not over.
 */
export async function takeOver(db: Queryable, ref: KeyRef, lockMs: number): Promise<void> {
  const { rows } = await db.query(takeOverSql, [ref.customerId, ref.key, lockMs]);
  if (rows.length === 0) throw new KeyInProgressProblem();
}

/** Lets the next request with the key go on at once where this one had to stop. */
export async function unlockKeyOf(db: Queryable, resourceId: string): Promise<void> {
  await db.query(unlockSql, [resourceId]);
}

/** Keeps the answer of what was begun; false when somebody else has kept one before. */
export async function finishKeyOf(
  db: Queryable,
  resourceId: string,
  { status, body }: StoredAnswer,
): Promise<boolean> {
  const { rows } = await db.query(finishSql, [resourceId, status, body]);
  return rows.length > 0;
}

const uniqueViolation = '23505';
const lockNotAvailable = '55P03';

/** The unique index makes a second insert wait for the first one's transaction. */
function refuseTaken(error: unknown): never {
  const state = sqlState(error);
  if (state === uniqueViolation) throw new KeyTakenError();
  if (state === lockNotAvailable) throw new KeyInProgressProblem();
  throw error;
}
