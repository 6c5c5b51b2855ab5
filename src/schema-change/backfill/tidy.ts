import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaChange } from '../change.ts';

/**
 * Rows written in a table between two clean-ups. Each leaves a dead row; without them the table
 * doubles, because autovacuum looks once a minute only. 50,000 take about as long to clean up as
 * a batch takes.
 */
export const rowsPerVacuum = 50_000;

/**
 * Makes the space of dead rows usable for the next ones. Indexes are left to the end: they would
 * be read as a whole each time. Holds up neither readers nor writers; when somebody else is at it,
 * autovacuum for example, it is left to them.
 */
export async function vacuumPart(db: Queryable, table: string): Promise<void> {
  await db.query(`VACUUM (INDEX_CLEANUP OFF, TRUNCATE OFF, SKIP_LOCKED) ${table}`);
}

/**
 * Ends the tables all of whose ranges are done: indexes cleaned up, statistics made, and noted.
 *
 * @param gently as slowly as autovacuum does it, for the sake of others who are at work.
 * @returns the names of the tables that it ended.
 */
export async function finishTables(
  pool: pg.Pool,
  change: SchemaChange,
  gently: boolean,
): Promise<string[]> {
  const { rows } = await pool.query<{ table_name: string }>(
    `SELECT table_name FROM backfill_progress p
     WHERE change_name = $1 AND finished_at IS NULL AND NOT EXISTS (
       SELECT FROM backfill_ranges r WHERE r.change_name = p.change_name
         AND r.table_name = p.table_name AND r.finished_at IS NULL)`,
    [change.name],
  );
  const ended = rows.map((row) => row.table_name);
  for (const table of ended) {
    await vacuumAll(pool, table, gently);
    await pool.query(
      `UPDATE backfill_progress SET finished_at = clock_timestamp()
       WHERE change_name = $1 AND table_name = $2`,
      [change.name, table],
    );
  }
  return ended;
}

async function vacuumAll(pool: pg.Pool, table: string, gently: boolean): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`SET vacuum_cost_delay = ${gently ? '2' : '0'}`);
    await client.query(`VACUUM (ANALYZE, TRUNCATE OFF, SKIP_LOCKED) ${table}`);
    await client.query('RESET vacuum_cost_delay');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
