import pg from 'pg';
import { createPool, type PoolOptions, type Queryable } from './postgres.ts';
import { createStatements, unnamedStatements } from './statements.ts';
import { isTakenOver, runTransaction, type Transaction, withRetries } from './transaction.ts';

/** The database as the service uses it: statements that survive a change of the schema, and a queue that is not endless. */
export interface Database extends Queryable {
  /** See `runTransaction`. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Opens every connection; throws the driver's error when one cannot be opened. */
  fill(): Promise<void>;
  connections(): Connections;
  close(): Promise<void>;
}

/** The connections of a replica, by what they do. */
export interface Connections {
  readonly size: number;
  readonly open: number;
  readonly idle: number;
  /** Requests that wait for one. */
  readonly waiting: number;
}

/** Everybody waits for the database already: to wait behind them helps nobody. */
export class PoolBusyError extends Error {
  readonly waiting: number;

  constructor(waiting: number) {
    super(`${waiting} requests wait for a connection already`);
    this.name = 'PoolBusyError';
    this.waiting = waiting;
  }
}

/**
 * Requests that may wait for each connection. A transaction takes a few milliseconds, so that the
 * last in such a queue is served within a second or two, about as long as clients wait; and a stall
 * of the database that is shorter than that refuses nobody.
 */
const waitingPerConnection = 200;

export interface DatabaseOptions extends PoolOptions {
  /** Called with the time that a request waited for a connection, in seconds. */
  readonly onAcquired?: (seconds: number) => void;
}

export function createDatabase(options: DatabaseOptions): Database {
  const pool = createPool(options);
  const statements = options.pooler === 'transaction' ? unnamedStatements : createStatements();
  const mostWaiting = options.size * waitingPerConnection;

  async function acquire(): Promise<pg.PoolClient> {
    if (pool.waitingCount >= mostWaiting) throw new PoolBusyError(pool.waitingCount);
    const from = performance.now();
    const client = await pool.connect();
    options.onAcquired?.((performance.now() - from) / 1000);
    return client;
  }

  async function queryOnce(text: string, values?: readonly unknown[]): Promise<pg.QueryResult> {
    const client = await acquire();
    try {
      const result = await statements.send(client, text, values);
      client.release();
      return result;
    } catch (error) {
      // What the server has refused leaves the connection as it was; anything else has broken it.
      client.release(!isServerError(error) || isTakenOver(error));
      throw error;
    }
  }

  return {
    query: (text: string, values?: readonly unknown[]) =>
      withRetries(() => queryOnce(text, values)),
    transaction: (work) => runTransaction(acquire, statements.send, work),
    fill: () => fillPool(pool),
    connections: () => ({
      size: options.size,
      open: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: () => pool.end(),
  };
}

function isServerError(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity !== 'FATAL';
}

// Each connection costs a process on the server and a password exchange: better before the first
// request than during it.
async function fillPool(pool: pg.Pool): Promise<void> {
  const opening = Array.from({ length: pool.options.max }, () => pool.connect());
  const opened = await Promise.allSettled(opening);
  for (const result of opened) if (result.status === 'fulfilled') result.value.release();
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
