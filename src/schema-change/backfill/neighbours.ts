import type { Queryable } from '../../platform/postgres/postgres.ts';

/**
 * Sessions that did something in the last quarter of a second. Heartbeats and reconcilers come
 * every other second: one such session says little, two are traffic. Those whose activity is
 * hidden from this login count as busy.
 */
const sql = `
  SELECT count(*) AS busy FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name <> current_setting('application_name')
    AND (backend_type IS NULL OR backend_type = 'client backend'
      AND (state = 'active' OR state_change > clock_timestamp() - interval '250 milliseconds'))`;

/** Whether others are at work on this database, so that the machine is not the backfill's alone. */
export async function othersAtWork(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ busy: number }>(sql);
  return (rows[0]?.busy ?? 0) >= 2;
}
