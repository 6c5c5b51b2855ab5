import { createHash } from 'node:crypto';
import { type Queryable, sqlState } from '../platform/postgres.ts';
import { KeyInProgressProblem, KeyReusedProblem } from './errors.ts';

/** A key of one customer, and what it stands for. */
export interface KeyRef {
  readonly customerId: string;
  readonly key: string;
  readonly requestHash: string;
}

/** An answer as it went over the wire the first time: repeated byte for byte. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

/** What to do with a request, after its key has been looked at. */
export type Claim =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  /** A process died with the key in hand; what it had begun is named. */
  | { readonly kind: 'resume'; readonly resourceId: string };

const insertSql = `
  INSERT INTO idempotency_keys (customer_id, key, request_hash, locked_until)
  VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
  ON CONFLICT (customer_id, key) DO NOTHING
  RETURNING true AS inserted`;

const findSql = `
  SELECT request_hash, locked_until > now() AS locked, resource_id, response_status, response_body
  FROM idempotency_keys WHERE customer_id = $1 AND key = $2 FOR UPDATE`;

const lockAgainSql = `
  UPDATE idempotency_keys SET locked_until = now() + $3 * interval '1 millisecond'
  WHERE customer_id = $1 AND key = $2`;

const unlockSql = `
  UPDATE idempotency_keys SET locked_until = now() WHERE customer_id = $1 AND key = $2`;

const beginSql = `
  UPDATE idempotency_keys SET resource_id = $3 WHERE customer_id = $1 AND key = $2`;

const completeSql = `
  UPDATE idempotency_keys SET response_status = $3, response_body = $4, locked_until = now()
  WHERE customer_id = $1 AND key = $2`;

const lockNotAvailable = '55P03';

interface KeyRow {
  readonly request_hash: string;
  readonly locked: boolean;
  readonly resource_id: string | null;
  readonly response_status: number | null;
  readonly response_body: string | null;
}

/**
 * Takes a key for a request, or says what became of the first request with it.
 *
 * @param lockMs how long a process may take to finish before another one takes over; 0 when the
 *   claim and the answer are committed in one transaction.
 * @throws {KeyReusedProblem} when the key stands for another request.
 * @throws {KeyInProgressProblem} while the first request is under way.
 */
export async function claimKey(db: Queryable, ref: KeyRef, lockMs: number): Promise<Claim> {
  const id = [ref.customerId, ref.key];
  const inserted = await insertKey(db, ref, lockMs);
  if (inserted) return { kind: 'new' };
  const { rows } = await db.query<KeyRow>(findSql, id);
  const [row] = rows;
  if (row === undefined) throw new KeyInProgressProblem(); // rolled back in between: try again
  if (row.request_hash !== ref.requestHash) throw new KeyReusedProblem();
  if (row.response_status !== null && row.response_body !== null) {
    return { kind: 'replay', answer: { status: row.response_status, body: row.response_body } };
  }
  if (row.locked || row.resource_id === null) throw new KeyInProgressProblem();
  await db.query(lockAgainSql, [...id, lockMs]);
  return { kind: 'resume', resourceId: row.resource_id };
}

async function insertKey(db: Queryable, ref: KeyRef, lockMs: number): Promise<boolean> {
  try {
    const { rows } = await db.query(insertSql, [ref.customerId, ref.key, ref.requestHash, lockMs]);
    return rows.length > 0;
  } catch (error) {
    // The unique index makes a second insert wait for the first one's transaction.
    if (sqlState(error) === lockNotAvailable) throw new KeyInProgressProblem();
    throw error;
  }
}

/** Notes what the request has begun, so that another process can finish it. */
export async function noteResource(db: Queryable, ref: KeyRef, resourceId: string): Promise<void> {
  await db.query(beginSql, [ref.customerId, ref.key, resourceId]);
}

/** Keeps the answer, in the transaction that makes it true. */
export async function completeKey(db: Queryable, ref: KeyRef, answer: StoredAnswer): Promise<void> {
  await db.query(completeSql, [ref.customerId, ref.key, answer.status, answer.body]);
}

/** Lets the next request with the key go on at once where this one had to stop. */
export async function unlockKey(db: Queryable, ref: KeyRef): Promise<void> {
  await db.query(unlockSql, [ref.customerId, ref.key]);
}

/** Hash of what makes two requests the same: method, path, and body whatever its key order. */
export function hashRequest(method: string, path: string, body: unknown): string {
  return createHash('sha256')
    .update(`${method} ${path}\n${canonical(body)}`)
    .digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
}
