import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { transaction } from '../../platform/postgres/transaction.ts';
import type { SchemaChange } from '../change.ts';
import type { RowKey } from '../keyset.ts';
import { isFresh, lastBase } from './runs.ts';
import { readWatermark } from './watermark.ts';

/** A run that is under way. There is at most one a change; it becomes evidence with its end. */
export interface Pass {
  readonly runId: number;
  /** The watermark from which on rows are compared; null: all are. */
  readonly changedSince: string | null;
}

/** Somebody began the run anew, with other tables or in full, while this one took part in it. */
export class RunReplacedError extends Error {
  constructor() {
    super('another verify has begun the comparison anew; run the command again');
    this.name = 'RunReplacedError';
  }
}

const passSql = `
  SELECT run_id AS "runId", changed_since::text AS "changedSince" FROM verification_passes`;

/**
 * Goes on with the run that is under way, if it compares the same as one that begins now would;
 * otherwise begins one, on the word of the last clean run or, when `full`, with every row.
 */
export function beginPass(
  pool: pg.Pool,
  change: SchemaChange,
  options: { full: boolean },
): Promise<Pass> {
  return transaction(pool, async (db) => {
    // One after the other: who comes second finds what the first has begun.
    await db.query('LOCK TABLE verification_passes IN SHARE ROW EXCLUSIVE MODE');
    const mark = await readWatermark(db, change);
    await db.query(
      `DELETE FROM verification_passes WHERE change_name = $1 AND NOT (fingerprint = $2
         AND (changed_since IS NULL OR (NOT $3 AND ${isFresh('changed_since')})))`,
      [change.name, mark.fingerprint, options.full],
    );
    const { rows } = await db.query<Pass & pg.QueryResultRow>(`${passSql} WHERE change_name = $1`, [
      change.name,
    ]);
    const [underWay] = rows;
    if (underWay !== undefined) return underWay;
    const base = options.full ? null : await lastBase(db, change.name, mark);
    const begun = await db.query<Pass & pg.QueryResultRow>(
      `INSERT INTO verification_passes
         (change_name, run_id, started_at, watermark, fingerprint, known_since, changed_since)
       VALUES ($1, nextval(pg_get_serial_sequence('verification_runs', 'id')), $2, $3::text::xid8,
         $4, $5, $6::text::xid8)
       RETURNING run_id AS "runId", changed_since::text AS "changedSince"`,
      [
        change.name,
        mark.at,
        mark.xid,
        mark.fingerprint,
        base?.startedAt ?? null,
        base?.watermark ?? null,
      ],
    );
    await db.query(
      `INSERT INTO verification_progress (change_name, run_id, table_name, rows_expected)
       SELECT p.change_name, p.run_id, name, greatest(c.reltuples, 0)::bigint
       FROM verification_passes p, unnest($2::text[]) name
       JOIN pg_class c ON c.oid = to_regclass(name) WHERE p.change_name = $1`,
      [change.name, change.tables.map(({ table }) => table)],
    );
    const [pass] = begun.rows;
    if (pass === undefined) throw new Error('the verification was not noted');
    return pass;
  });
}

/**
 * Makes evidence of a run whose tables are all done.
 *
 * @returns keys of rows that did not agree, by table; none when another process has ended the run.
 */
export function finishPass(
  pool: pg.Pool,
  change: SchemaChange,
  pass: Pass,
): Promise<ReadonlyMap<string, readonly RowKey[]>> {
  return transaction(pool, async (db) => {
    const { rows } = await db.query<{ table_name: string; bad_keys: readonly RowKey[] }>(
      `SELECT t.table_name, t.bad_keys FROM verification_progress t
       JOIN verification_passes p USING (run_id) WHERE run_id = $1 FOR UPDATE OF p`,
      [pass.runId],
    );
    await db.query(
      `INSERT INTO verification_runs (id, change_name, started_at, finished_at, rows_checked,
         rows_known, unfilled, different, known_since, watermark, fingerprint)
       SELECT run_id, p.change_name, p.started_at, clock_timestamp(),
         sum(t.rows_compared + t.rows_known), sum(t.rows_known), sum(t.unfilled), sum(t.different),
         p.known_since, p.watermark, p.fingerprint
       FROM verification_passes p JOIN verification_progress t USING (run_id)
       WHERE run_id = $1 GROUP BY run_id, p.change_name HAVING bool_and(t.finished)`,
      [pass.runId],
    );
    await db.query('DELETE FROM verification_passes WHERE run_id = $1', [pass.runId]);
    // Its own, and what runs left that were thrown away; one that is still being compared, later.
    await db.query(
      `DELETE FROM verification_progress WHERE (run_id, table_name) IN (
         SELECT run_id, table_name FROM verification_progress
         WHERE change_name = $1 AND run_id <= $2 FOR UPDATE SKIP LOCKED)`,
      [change.name, pass.runId],
    );
    return new Map(rows.map((row) => [row.table_name, row.bad_keys]));
  });
}

/** Forgets the run that is under way: what it has found so far is not so any more. */
export async function discardPass(db: Queryable, change: SchemaChange): Promise<void> {
  await db.query('DELETE FROM verification_passes WHERE change_name = $1', [change.name]);
}
