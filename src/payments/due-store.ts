import type { Queryable } from '../platform/postgres/postgres.ts';

/** Something pending whose own request has not finished it in its time. */
export interface Due {
  readonly id: string;
  readonly customerId: string;
}

/** What is pending of a kind, for those who watch. */
export interface Backlog {
  readonly count: number;
  /** Age of the oldest, in seconds; 0 when there is none. */
  readonly oldestSeconds: number;
}

export type PendingTable = 'payments' | 'refunds';

/** Pauses between the tries for one item are doubled from 1 s to this many seconds. */
const longestPauseSeconds = 64;

// Rows that another replica has taken are skipped. To take one is to put its next try off, beyond
// the longest that this one can last: a replica that dies with it in hand leaves it due by itself.
const claimSql = (table: PendingTable) => `
  UPDATE ${table} t SET attempts = t.attempts + 1,
    next_attempt_at = now() + $1 * interval '1 millisecond'
      + least(power(2, least(t.attempts, 10)), ${longestPauseSeconds}) * interval '1 second'
  FROM (
    SELECT id FROM ${table} WHERE status = 'pending' AND next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
  ) due
  WHERE t.id = due.id RETURNING t.id, t.customer_id`;

const putForwardSql = (table: PendingTable) => `
  UPDATE ${table} SET next_attempt_at = now()
    + least(power(2, least(attempts, 10)), ${longestPauseSeconds}) * interval '1 second'
  WHERE id = $1 AND status = 'pending'`;

const backlogSql = (table: PendingTable) => `
  SELECT count(*) AS count,
    coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest_seconds
  FROM ${table} WHERE status = 'pending'`;

const sqlOf = (table: PendingTable) => ({
  claim: claimSql(table),
  putForward: putForwardSql(table),
  backlog: backlogSql(table),
});

const sql = { payments: sqlOf('payments'), refunds: sqlOf('refunds') };

/**
 * Takes an item whose time has come, for this caller alone; null when there is none.
 *
 * @param ownMs longest that finishing it can take.
 */
export async function claimDue(
  db: Queryable,
  table: PendingTable,
  ownMs: number,
): Promise<Due | null> {
  const { rows } = await db.query<{ id: string; customer_id: string }>(sql[table].claim, [ownMs]);
  return rows[0] === undefined ? null : { id: rows[0].id, customerId: rows[0].customer_id };
}

/** Makes an item due sooner, after a try that is over: nobody has it in hand any more. */
export async function putForward(db: Queryable, table: PendingTable, id: string): Promise<void> {
  await db.query(sql[table].putForward, [id]);
}

export async function backlogOf(db: Queryable, table: PendingTable): Promise<Backlog> {
  const { rows } = await db.query<{ count: number; oldest_seconds: number }>(
    sql[table].backlog,
    [],
  );
  const [row] = rows;
  return { count: row?.count ?? 0, oldestSeconds: row?.oldest_seconds ?? 0 };
}
