import { createHash } from 'node:crypto';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaChange } from '../change.ts';
import { verdict } from './compare-sql.ts';

/**
 * How a later run knows which rows it need not compare.
 *
 * Each run notes its watermark before its first comparison: `pg_snapshot_xmin`, below which every
 * transaction had ended. A version of a row whose xmin is older than the watermark of a complete,
 * clean run was there before that run began. If it is still there, it has been there all the time,
 * the run has read it, and a version never changes: an UPDATE makes a new one, with a new xmin. So
 * only versions that are not older have to be compared. Deleted rows do not matter.
 *
 * - A transaction that was open when the run began is not below the watermark, and the xids of its
 *   savepoints are higher than its own.
 * - xmin has 32 bits and goes round. `age(xmin) <= age(watermark)` compares distances from now, and
 *   is right for everything younger than 2^31 transactions; an older version looks young, and is
 *   compared for nothing. So a watermark counts for 2^30 transactions and no longer.
 * - Freezing marks a version and lets its xmin stand (since PostgreSQL 9.4), as do VACUUM FULL and
 *   CLUSTER, which copy versions as they are. A rewrite by ALTER TABLE writes new ones.
 * - A physical copy has the same rows, transactions and runs. A dump that is restored has new
 *   transactions, and in another cluster the numbers of the old one mean nothing: therefore the
 *   fingerprint has the cluster's identity.
 * - Other rows under the same name (a table that was swapped, a partition that was attached) and
 *   columns that were dropped and added anew, which writes no row at all, have other numbers in the
 *   catalogue: therefore the fingerprint has these, and the comparison's own SQL.
 */
export interface Watermark {
  /** A 64-bit transaction id, as text. */
  readonly xid: string;
  /** Runs with another fingerprint compared something else. */
  readonly fingerprint: string;
  /** The database's time. */
  readonly at: Date;
}

/** Transactions after which a watermark is forgotten; half of what 32 bits can tell apart. */
export const watermarkLasts = 2 ** 30;

const markSql = `
WITH RECURSIVE family AS (
  SELECT to_regclass(name)::oid AS relid FROM unnest($1::text[]) name
  UNION SELECT i.inhrelid FROM pg_inherits i JOIN family f ON f.relid = i.inhparent
)
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid, clock_timestamp() AS at,
  (SELECT system_identifier FROM pg_control_system())::text AS cluster,
  (SELECT jsonb_agg(jsonb_build_array(a.attrelid, a.attname, a.attnum, a.atttypid, a.atttypmod)
      ORDER BY a.attrelid, a.attnum)
    FROM family f JOIN pg_attribute a ON a.attrelid = f.relid
    WHERE a.attname = ANY ($2::text[]) AND NOT a.attisdropped)::text AS columns`;

/** The watermark of a run that begins now. */
export async function readWatermark(db: Queryable, change: SchemaChange): Promise<Watermark> {
  const names = change.tables.flatMap((t) =>
    [...t.key, ...t.old, ...t.new].map(({ name }) => name),
  );
  const { rows } = await db.query<{ xid: string; at: Date; cluster: string; columns: string }>(
    markSql,
    [change.tables.map(({ table }) => table), names],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the database told no transaction id');
  const fingerprint = createHash('sha256')
    .update([row.cluster, row.columns, ...change.tables.map(verdict)].join('\n'))
    .digest('hex');
  return { xid: row.xid, at: row.at, fingerprint };
}
