import type { Queryable } from '../platform/postgres/postgres.ts';

/** A transaction that has lasted this long will not be over in the moment that DDL would wait. */
const longMs = 500;

// A vacuum gives way to DDL only after deadlock_timeout (1 s), longer than DDL waits here.
const sql = `
  SELECT a.backend_type, a.pid, a.application_name,
    extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds
  FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
    AND (a.backend_type = 'autovacuum worker'
      OR a.xact_start < clock_timestamp() - ${longMs} * interval '1 millisecond')
    AND EXISTS (
      SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.pid = a.pid AND l.granted AND c.relnamespace = 'public'::regnamespace)
  ORDER BY a.xact_start`;

/**
 * Those who hold locks on the tables of the schema and will not let go in a moment. Queueing
 * behind one of them would hold up every reader; it is better not to queue at all.
 */
export async function longLockHolders(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{
    backend_type: string;
    pid: number;
    application_name: string;
    seconds: number;
  }>(sql);
  return rows.map(({ backend_type, pid, application_name }) => {
    const who = application_name === '' ? '' : ` (${application_name})`;
    return `${backend_type} with process id ${pid}${who} holds locks for longer than a moment`;
  });
}
