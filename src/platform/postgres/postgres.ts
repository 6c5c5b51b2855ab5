import pg from 'pg';
import { type Pooler, sessionLimitsMs } from './session.ts';

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
  /** What stands before the server; absent: nothing does. See `session.ts`. */
  readonly pooler?: Pooler;
  /** Role whose rights every session takes; absent: those of the login. */
  readonly role?: string;
  /** Longest that one statement may take; 0 is no limit. Absent: what a request can wait. */
  readonly statementTimeoutMs?: number;
  /** Gets each connection when it is new, before anything is sent on it. */
  readonly onConnect?: (client: pg.PoolClient) => void;
}

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
  const statementMs = options.statementTimeoutMs ?? sessionLimitsMs.statement_timeout;
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.size,
    connectionTimeoutMillis: acquireTimeoutMs,
    // A pool that shrinks when it is quiet has to grow again in the very moment when traffic comes.
    idleTimeoutMillis: 0,
    // A server that is gone without a word (power, network) ends no statement of its own accord.
    ...(statementMs > 0 && { query_timeout: statementMs + answerMarginMs }),
    keepAlive: true,
    // Statements of a transaction that do not need each other's answers share a round trip.
    pipeline: true,
    // A pooler has no sessions to give them to: its connections were opened before, for anybody.
    ...(options.pooler !== 'transaction' && {
      ...sessionLimitsMs,
      statement_timeout: statementMs,
      ...(options.role !== undefined && { options: `-c role=${options.role}` }),
    }),
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
