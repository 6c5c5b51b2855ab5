import type { Queryable } from '../platform/postgres/postgres.ts';

/** Few enough that the transaction is short, beside requests that use the same table. */
const batch = 1_000;

// What is not finished is left, however old: the reconciler still needs the key to answer under.
const reapSql = `
  DELETE FROM idempotency_keys k USING (
    SELECT customer_id, key FROM idempotency_keys
    WHERE expires_at <= now() AND recovery_point = 'finished'
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ) expired
  WHERE k.customer_id = expired.customer_id AND k.key = expired.key`;

/** Deletes the keys whose time is over, batch by batch; gives how many. Any replica may do it. */
export async function reapExpiredKeys(db: Queryable): Promise<number> {
  for (let reaped = 0; ; ) {
    const { rowCount } = await db.query(reapSql, [batch]);
    reaped += rowCount ?? 0;
    if (rowCount !== batch) return reaped;
  }
}
