import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { transaction } from '../../platform/postgres/transaction.ts';
import type { TableChange } from '../change.ts';
import type { RowKey } from '../keyset.ts';
import { compareChanged, compareRange, type Finding } from './compare.ts';
import type { Pass } from './pass.ts';

/** How far a table is. */
export interface TableProgress {
  readonly table: string;
  readonly rowsDone: number;
  /** By PostgreSQL's statistics at the beginning of the run, so that nobody counts for it. */
  readonly rowsExpected: number;
  readonly finished: boolean;
}

interface ProgressRow extends pg.QueryResultRow {
  readonly cursor_key: RowKey | null;
  readonly rows_expected: number;
  readonly rows_done: number;
  readonly bad_keys: readonly RowKey[];
  readonly finished: boolean;
}

/**
 * Compares the next rows of a table and commits where it is. Null when the run has ended: another
 * process took part in it.
 */
export function comparePiece(
  pool: pg.Pool,
  table: TableChange,
  pass: Pass,
  samples: number,
): Promise<TableProgress | null> {
  return transaction(pool, async (db) => {
    // The row's lock is what makes two processes take turns instead of the same rows.
    const { rows } = await db.query<ProgressRow>(
      `SELECT t.cursor_key, t.rows_expected, t.rows_compared + t.rows_known AS rows_done,
         t.bad_keys, t.finished
       FROM verification_progress t JOIN verification_passes USING (run_id)
       WHERE run_id = $1 AND table_name = $2 FOR UPDATE OF t`,
      [pass.runId, table.table],
    );
    const [before] = rows;
    if (before === undefined) return null;
    if (before.finished) return progress(table, before, 0, true);
    const room = Math.max(0, samples - before.bad_keys.length);
    const { finding, last } =
      pass.changedSince === null
        ? await compareRange(db, table, before.cursor_key, room)
        : { finding: await compareChanged(db, table, pass.changedSince, room), last: null };
    await note(db, pass, table, finding, last);
    return progress(table, before, finding.rowsCompared + finding.rowsKnown, last === null);
  });
}

async function note(
  db: Queryable,
  pass: Pass,
  { table }: TableChange,
  finding: Finding,
  last: RowKey | null,
): Promise<void> {
  const { rowsCompared, rowsKnown, unfilled, different, badKeys } = finding;
  await db.query(
    `UPDATE verification_progress SET cursor_key = $3, finished = $3::jsonb IS NULL,
       rows_compared = rows_compared + $4, rows_known = rows_known + $5,
       unfilled = unfilled + $6, different = different + $7, bad_keys = bad_keys || $8::jsonb
     WHERE run_id = $1 AND table_name = $2`,
    [
      pass.runId,
      table,
      last,
      rowsCompared,
      rowsKnown,
      unfilled,
      different,
      JSON.stringify(badKeys),
    ],
  );
}

function progress(
  { table }: TableChange,
  before: ProgressRow,
  rows: number,
  finished: boolean,
): TableProgress {
  const rowsDone = before.rows_done + rows;
  return { table, rowsDone, rowsExpected: before.rows_expected, finished };
}
