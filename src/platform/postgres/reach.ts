import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createPool, sqlState } from './postgres.ts';

/** The database could not be reached in the time that was given. */
export class DatabaseUnreachableError extends Error {
  constructor(where: string, seconds: number, reason: string) {
    super(
      `the database ${where} could not be reached within ${seconds} s (${reason}): check DATABASE_URL and that PostgreSQL is running`,
    );
    this.name = 'DatabaseUnreachableError';
  }
}

/** There is a pooler where there must be none. The message says what to do. */
export class PooledConnectionError extends Error {
  constructor(databaseUrl: string, cure: string) {
    super(`at ${place(databaseUrl)} is a connection pooler and not PostgreSQL itself: ${cure}`);
    this.name = 'PooledConnectionError';
  }
}

/** Failures that no waiting cures: wrong password, no such database, no such role. */
const hopeless = /^(28...|3D...|22023|42501)$/;

/**
 * Waits until the database answers, and looks whether it is PostgreSQL that does.
 *
 * @returns whether a pooler stands in between.
 * @throws {DatabaseUnreachableError} after `withinMs`, or at once where waiting cannot help.
 */
export async function reachDatabase(
  databaseUrl: string,
  withinMs: number,
): Promise<{ readonly pooled: boolean }> {
  // As behind a pooler: one may refuse whoever asks for more (PgBouncer: "unsupported startup
  // parameter"), and it is not known yet.
  const pool = createPool({
    databaseUrl,
    applicationName: 'scaleretail/start',
    size: 1,
    pooler: 'transaction',
  });
  try {
    return { pooled: await untilAnswered(pool, databaseUrl, withinMs) };
  } finally {
    await pool.end();
  }
}

async function untilAnswered(
  pool: pg.Pool,
  databaseUrl: string,
  withinMs: number,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      return await isPooled(pool);
    } catch (error) {
      const late = Date.now() + pauseMs > deadline;
      if (late || hopeless.test(sqlState(error) ?? '')) {
        throw new DatabaseUnreachableError(place(databaseUrl), withinMs / 1000, reasonOf(error));
      }
      await sleep(pauseMs);
    }
  }
}

/**
 * PostgreSQL tells each new connection the process id of its backend, for cancelling. A pooler has no
 * backend yet at that moment and makes a number up (PgBouncer: 32 random bits), so that the backend
 * that answers later is another one.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
async function isPooled(pool: pg.Pool): Promise<boolean> {
  const client: pg.PoolClient & { readonly processID?: number | null } = await pool.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return rows[0]?.pid !== client.processID;
  } finally {
    client.release(true);
  }
}

/** Host, port and database of a URL, never its user or password. */
function place(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port || '5432'}${pathname}`;
}

function reasonOf(error: unknown): string {
  // Happy eyeballs wraps one refusal per address into an AggregateError without a message.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
