import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface OrdersLock {
  /** As the owner of the schema. */
  readonly databaseUrl: string;
  readonly seconds: number;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/** The server ends the transaction by itself when this process did not. */
const graceMs = 1_000;

/**
 * Nobody gets at the orders for so long, not even to read one: every request for an order or a
 * payment waits in the database. It is one lock on one table, so that it can have no part in a
 * deadlock, and it goes with its session, however this process ends.
 *
 * @throws when the lock is not to be had in that time, or the server ended the session.
 */
export async function lockOrders({ databaseUrl, seconds, signal }: OrdersLock): Promise<void> {
  const db = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'rollout-lab/stall',
  });
  db.on('error', () => {});
  const end = () => void db.end().catch(() => {});
  signal.addEventListener('abort', end, { once: true });
  try {
    await db.connect();
    await db.query('BEGIN');
    await db.query(`SET LOCAL transaction_timeout = ${Math.round(seconds * 1000) + graceMs}`);
    await db.query('LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    await sleep(seconds * 1000, undefined, { signal }).catch(() => {});
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    await db.end().catch(() => {});
  }
}
