import { cheapMs, type Signal } from './signal.ts';

// The lock on a row is waited for as one on a transaction, which belongs to no database: the
// session tells which one it is of. Autovacuum's own waits hurt nobody.
const sql = `
  SELECT coalesce(max(1000 * extract(epoch FROM clock_timestamp() - l.waitstart)), 0)::float8 AS ms,
    count(*) AS waiting
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE NOT l.granted AND l.waitstart IS NOT NULL AND a.datname = current_database()
    AND coalesce(a.backend_type, 'client backend') = 'client backend'`;

/** How long the session of this database that waits longest for a lock has waited. */
export const lockWaits: Signal = {
  name: 'lock-wait',
  unit: 'ms',
  means: 'longest present wait for a lock in this database',
  // Several times the backfill's own lock budget, so that it is never its own reason.
  threshold: 500,
  everyMs: cheapMs,
  watch:
    ({ db }) =>
    async () => {
      const { rows } = await db.query<{ ms: number; waiting: number }>(sql);
      const { ms = 0, waiting = 0 } = rows[0] ?? {};
      return { kind: 'measured', value: ms, note: `${waiting} sessions wait` };
    },
};
