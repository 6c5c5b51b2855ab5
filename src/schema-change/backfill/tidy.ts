import type pg from 'pg';
import { sqlState } from '../../platform/postgres/postgres.ts';
import type { SchemaChange } from '../change.ts';

/**
 * Rows written in a table of so many rows between two clean-ups. Each leaves a dead row; without
 * clean-ups the table doubles, because autovacuum looks once a minute only. A tenth of the table,
 * as each clean-up visits the pages of those before it again, whose dead rows the indexes still
 * point to: ten of them read the table about five times, however large it is. Of a small table
 * 50,000, which take about as long to clean up as a batch takes.
 */
export function rowsPerVacuum(rowsTotal: number): number {
  return Math.max(50_000, rowsTotal / 10);
}

/** How a clean-up is made. */
export interface Tidying {
  readonly pool: pg.Pool;
  /** As slowly as autovacuum does it, for the sake of others who are at work. */
  readonly gently: boolean;
  /** When it is aborted, the clean-up under way is broken off; what it has done stays done. */
  readonly signal: AbortSignal;
}

/**
 * Makes the space of dead rows usable for the next ones. Indexes are left to the end: they would
 * be read as a whole each time. Holds up neither readers nor writers; when somebody else is at it,
 * autovacuum for example, it is left to them.
 */
export async function vacuumPart(tidying: Tidying, table: string): Promise<void> {
  await vacuum(tidying, `VACUUM (INDEX_CLEANUP OFF, TRUNCATE OFF, SKIP_LOCKED) ${table}`);
}

/**
 * Ends the tables all of whose ranges are done: indexes cleaned up, statistics made, and noted.
 *
 * @returns the names of the tables that it ended.
 */
export async function finishTables(tidying: Tidying, change: SchemaChange): Promise<string[]> {
  const { pool } = tidying;
  const { rows } = await pool.query<{ table_name: string }>(
    `SELECT table_name FROM backfill_progress p
     WHERE change_name = $1 AND finished_at IS NULL AND NOT EXISTS (
       SELECT FROM backfill_ranges r WHERE r.change_name = p.change_name
         AND r.table_name = p.table_name AND r.finished_at IS NULL)`,
    [change.name],
  );
  const ended: string[] = [];
  for (const { table_name: table } of rows) {
    if (!(await vacuum(tidying, `VACUUM (ANALYZE, TRUNCATE OFF, SKIP_LOCKED) ${table}`))) break;
    await pool.query(
      `UPDATE backfill_progress SET finished_at = clock_timestamp()
       WHERE change_name = $1 AND table_name = $2`,
      [change.name, table],
    );
    ended.push(table);
  }
  return ended;
}

const queryCanceled = '57014';

/** False when it was broken off. */
async function vacuum({ pool, gently, signal }: Tidying, sql: string): Promise<boolean> {
  if (signal.aborted) return false;
  const client = await pool.connect();
  let failure: unknown;
  try {
    // Autovacuum's own pace, in its default; 0 is as fast as it goes.
    await client.query(`SET vacuum_cost_delay = ${gently ? '2' : '0'}`);
    const pid = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const cancel = () => {
      pool.query('SELECT pg_cancel_backend($1)', [pid.rows[0]?.pid]).catch(() => {});
    };
    signal.addEventListener('abort', cancel, { once: true });
    await client.query(sql).finally(() => signal.removeEventListener('abort', cancel));
    await client.query('RESET vacuum_cost_delay');
    return true;
  } catch (error) {
    failure = error;
    if (sqlState(error) === queryCanceled && signal.aborted) return false;
    throw error;
  } finally {
    client.release(failure !== undefined);
  }
}
