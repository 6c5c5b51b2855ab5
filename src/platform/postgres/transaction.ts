import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { inOneWrite } from './one-write.ts';
import { type Queryable, sqlState } from './postgres.ts';

/** One transaction, on one connection. Statements reach the server in the order of their calls. */
export interface Transaction extends Queryable {
  /**
   * Has COMMIT wait for something that is under way, a statement whose answer nobody needs for
   * example: it goes out together with COMMIT instead of taking a round trip of its own. When it
   * fails the transaction does.
   */
  defer(underWay: Promise<unknown>): void;
}

/** Classes of failure after which the same transaction may simply be tried again. */
const retryable = new Map([
  ['0A000', 'feature_not_supported'], // "cached plan must not change result type", see statements.ts
  ['40001', 'serialization_failure'],
  ['40P01', 'deadlock_detected'],
]);
const maxTries = 3;
/** Before the next try, in ms, spread by chance: whoever was in the way gets to its end first. */
const pauseMs = 20;

/** How a statement is sent on a connection. */
export type Send = (
  client: pg.PoolClient,
  text: string,
  values?: readonly unknown[],
) => Promise<pg.QueryResult>;

/**
 * Does again what PostgreSQL has undone for no fault of its own: a deadlock, a serialization failure.
 * So `work` must be one transaction, or a single statement, and have no effect outside.
 */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= maxTries || !retryable.has(sqlState(error) ?? '')) throw error;
      await sleep(pauseMs * attempt * (0.5 + Math.random()));
    }
  }
}

/**
 * Runs `work` in a transaction and commits; rolls back when it throws, or when something that it
 * deferred fails. BEGIN goes out together with the first statement, and COMMIT with what was
 * deferred. See `withRetries`.
 *
 * @throws what `work` or the first failed statement throws.
 */
export function runTransaction<T>(
  acquire: () => Promise<pg.PoolClient>,
  send: Send,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return withRetries(async () => runOnce(await acquire(), send, work));
}

/** As `runTransaction`, on a pool whose statements are sent as they are. */
export function transaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return runTransaction(
    () => pool.connect(),
    (client, text, values) => client.query(text, values as unknown[]),
    work,
  );
}

async function runOnce<T>(
  client: pg.PoolClient,
  send: Send,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const underWay: Promise<unknown>[] = [];
  const defer = (promise: Promise<unknown>) => {
    promise.catch(() => {}); // looked at before COMMIT is believed
    underWay.push(promise);
  };
  const hold = inOneWrite(client.connection.stream);
  const query = (text: string, values?: readonly unknown[]) => {
    hold();
    return send(client, text, values);
  };
  try {
    hold();
    defer(client.query('BEGIN'));
    const result = await work({ query, defer } as Transaction);
    hold();
    const committing = client.query('COMMIT');
    defer(committing);
    await allOf(underWay);
    // COMMIT of a transaction that has failed is answered as a success, by another name.
    if ((await committing).command !== 'COMMIT') throw new Error('the transaction had failed');
    client.release();
    return result;
  } catch (error) {
    const failure = await causeOf(error, underWay);
    await giveUp(client, failure);
    throw failure;
  }
}

/** The driver's words for a statement that had no answer in `query_timeout`. */
const unanswered = /^Query read timeout$/;

async function giveUp(client: pg.PoolClient, failure: unknown): Promise<void> {
  // Nobody would answer a ROLLBACK either, and its wait would be the caller's.
  if (failure instanceof Error && unanswered.test(failure.message)) return client.release(true);
  await client.query('ROLLBACK').then(
    () => client.release(isTakenOver(failure)),
    // The connection itself is gone: it must not go back to the pool.
    (lost: Error) => client.release(lost),
  );
}

const readOnlyTransaction = '25006';

/**
 * Whether a failure says that another server has taken over: this one takes no writes any more, and
 * a connection to it goes on working, for ever in vain. One that is opened anew finds the successor.
 */
export function isTakenOver(error: unknown): boolean {
  return sqlState(error) === readOnlyTransaction;
}

const inFailedTransaction = '25P02';

/** A statement that came after a failed one says only that; the failed one says why. */
async function causeOf(error: unknown, underWay: readonly Promise<unknown>[]): Promise<unknown> {
  const ended = await Promise.allSettled(underWay);
  if (sqlState(error) !== inFailedTransaction) return error;
  return ended.find((result) => result.status === 'rejected')?.reason ?? error;
}

/** Waits for all; throws the failure of the first in order, which the later ones follow from. */
async function allOf(underWay: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(underWay)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
