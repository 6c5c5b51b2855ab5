import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** What a statement is sent to: the pool, or one client inside a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

export interface PoolOptions {
  readonly databaseUrl: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly size: number;
  /** Role whose rights every session takes; absent: those of the login. */
  readonly role?: string;
  /** Longest that one statement may take; 0 is no limit. Absent: what a request can wait. */
  readonly statementTimeoutMs?: number;
  /** Gets each connection when it is new, before anything is sent on it. */
  readonly onConnect?: (client: pg.PoolClient) => void;
}

/** Longest that a single statement of a request may take. */
const statementTimeoutMs = 5_000;
/** Shorter than the statement's, so that a lock held too long is told apart from a slow query. */
const lockTimeoutMs = 2_000;
/** No request thinks while it holds a transaction open; one that does has lost its process. */
const idleInTransactionMs = 10_000;
/** Longest wait for a free connection; beyond it shedding is better than queueing. */
const acquireTimeoutMs = 5_000;
/** After the server's own limit: an answer that is later than this will not come any more. */
const answerMarginMs = 1_000;

// Minor units are bigint; `pg` would hand them over as strings. They stay below 2^53 by the limit
// on an order's total, and a value beyond it must not be rounded silently.
pg.types.setTypeParser(pg.types.builtins.INT8, (value) => {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`bigint ${value} is beyond 2^53`);
  return number;
});

export function createPool(options: PoolOptions): pg.Pool {
  const statementMs = options.statementTimeoutMs ?? statementTimeoutMs;
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.size,
    connectionTimeoutMillis: acquireTimeoutMs,
    // A pool that shrinks when it is quiet has to grow again in the very moment when traffic comes.
    idleTimeoutMillis: 0,
    statement_timeout: statementMs,
    // A server that is gone without a word (power, network) ends no statement of its own accord.
    ...(statementMs > 0 && { query_timeout: statementMs + answerMarginMs }),
    keepAlive: true,
    // Statements of a transaction that do not need each other's answers share a round trip.
    pipeline: true,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    ...(options.role !== undefined && { options: `-c role=${options.role}` }),
  });
  // An idle connection that breaks is replaced at its next use, and one that breaks in use fails the
  // next statement on it. Unheard, either event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    options.onConnect?.(client);
  });
  return pool;
}

/** The five-character SQLSTATE of a PostgreSQL error, or the driver's code, if there is one. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The database could not be reached in the time that was given. */
export class DatabaseUnreachableError extends Error {
  constructor(where: string, seconds: number, reason: string) {
    super(
      `the database ${where} could not be reached within ${seconds} s (${reason}): check DATABASE_URL and that PostgreSQL is running`,
    );
    this.name = 'DatabaseUnreachableError';
  }
}

/** Failures that no waiting cures: wrong password, no such database, no such role. */
const hopeless = /^(28...|3D...|22023|42501)$/;

/**
 * Waits until the database answers.
 *
 * @throws {DatabaseUnreachableError} after `withinMs`, or at once where waiting cannot help.
 */
export async function reachDatabase(
  target: Queryable,
  databaseUrl: string,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      await target.query('SELECT 1');
      return;
    } catch (error) {
      const late = Date.now() + pauseMs > deadline;
      if (late || hopeless.test(sqlState(error) ?? '')) {
        throw new DatabaseUnreachableError(place(databaseUrl), withinMs / 1000, reasonOf(error));
      }
      await sleep(pauseMs);
    }
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
