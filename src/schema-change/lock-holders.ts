import type { Queryable } from '../platform/postgres/postgres.ts';

/** A transaction that has lasted this long will not be over in the moment that DDL would wait. */
const longMs = 500;

const isLong = `a.xact_start < clock_timestamp() - ${longMs} * interval '1 millisecond'`;

interface Backend {
  readonly backend_type: string;
  readonly pid: number;
  readonly application_name: string;
}

/**
 * Those who hold locks on the tables of the schema and will not let go in a moment. Queueing
 * behind one of them would hold up every reader; it is better not to queue at all.
 */
export async function longLockHolders(db: Queryable): Promise<string[]> {
  // A vacuum gives way to DDL only after deadlock_timeout (1 s), longer than DDL waits here.
  const holders = await others(
    db,
    `(a.backend_type = 'autovacuum worker' OR ${isLong})
     AND EXISTS (
       SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
       WHERE l.pid = a.pid AND l.granted AND c.relnamespace = 'public'::regnamespace)`,
  );
  return holders.map((holder) => `${describe(holder)} holds locks for longer than a moment`);
}

/** Those whose transactions a concurrent index build would wait for, whatever they have locked. */
export async function longTransactions(db: Queryable): Promise<string[]> {
  const found = await others(
    db,
    `${isLong} AND a.backend_type <> 'autovacuum worker'
     AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL
       OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.relation IS NOT NULL))`,
  );
  return found.map((backend) => `${describe(backend)} is in a long transaction`);
}

async function others(db: Queryable, which: string): Promise<Backend[]> {
  const { rows } = await db.query<{ [column in keyof Backend]: Backend[column] }>(
    `SELECT a.backend_type, a.pid, a.application_name FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND ${which}
     ORDER BY a.xact_start`,
  );
  return rows;
}

function describe({ backend_type, pid, application_name }: Backend): string {
  const who = application_name === '' ? '' : ` (${application_name})`;
  return `${backend_type} with process id ${pid}${who}`;
}
