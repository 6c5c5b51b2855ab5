import { cheapMs, type Signal } from './signal.ts';

// A transaction keeps dead rows from being removed by its snapshot or by its own id. VACUUM has
// both and keeps nobody from anything.
const sql = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - begun)), 0)::float8 AS seconds,
    (array_agg(who ORDER BY begun) FILTER (WHERE begun IS NOT NULL))[1] AS who,
    bool_or(hidden) AS hidden
  FROM (
    SELECT xact_start AS begun, backend_type IS NULL AS hidden,
      'process id ' || pid || coalesce(' (' || nullif(application_name, '') || ')', '') AS who
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND (backend_type IS NULL
        OR (num_nonnulls(backend_xmin, backend_xid) > 0 AND backend_type <> 'autovacuum worker'))
      AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
    UNION ALL
    SELECT prepared, false, 'prepared transaction ' || gid
    FROM pg_prepared_xacts WHERE database = current_database()
  ) t`;

/**
 * The age of the oldest other transaction that keeps dead rows in the tables. Each row that is
 * filled leaves one, and while none can be removed the tables grow.
 */
export const longTransactions: Signal = {
  name: 'transaction-age',
  unit: 's',
  means: 'age of the oldest transaction that keeps dead rows from being removed',
  threshold: 60,
  everyMs: cheapMs,
  watch:
    ({ db }) =>
    async () => {
      const { rows } = await db.query<{ seconds: number; who: string | null; hidden: boolean }>(
        sql,
      );
      const { seconds = 0, who = null, hidden = false } = rows[0] ?? {};
      if (hidden) {
        const note = "other logins' transactions are hidden: GRANT pg_read_all_stats";
        return { kind: 'unwatched', note };
      }
      return { kind: 'measured', value: seconds, note: who ?? 'none' };
    },
};
