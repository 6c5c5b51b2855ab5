import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaChange } from '../change.ts';

/** How far a table is. Rows are those that were there when its backfill began. */
export interface TableProgress {
  readonly table: string;
  readonly rowsDone: number;
  /** Exact where the table is small, otherwise an estimate until it is done. */
  readonly rowsTotal: number;
  readonly rowsChanged: number;
  readonly finished: boolean;
}

/**
 * Share of the rows that are done, 0 to 1, over all tables. It is 1 only when every table says that
 * it is finished: until then a row more is counted than there are, as the last step is still to come.
 */
export function shareDone(tables: readonly TableProgress[]): number {
  if (tables.every(({ finished }) => finished)) return 1;
  const sum = (of: 'rowsDone' | 'rowsTotal') => tables.reduce((so, table) => so + table[of], 0);
  return sum('rowsDone') / (sum('rowsTotal') + 1);
}

const sql = `
  SELECT p.table_name, p.rows_total, p.finished_at IS NOT NULL AS finished,
    coalesce(sum(r.rows_done), 0)::bigint AS rows_done,
    coalesce(sum(r.rows_changed), 0)::bigint AS rows_changed
  FROM backfill_progress p LEFT JOIN backfill_ranges r USING (change_name, table_name)
  WHERE change_name = $1 GROUP BY p.change_name, p.table_name`;

/** The tables of a change whose backfill has begun, in the order of the change. */
export async function backfillProgress(
  db: Queryable,
  change: SchemaChange,
): Promise<TableProgress[]> {
  const { rows } = await db.query<{
    table_name: string;
    rows_total: number;
    finished: boolean;
    rows_done: number;
    rows_changed: number;
  }>(sql, [change.name]);
  const found = rows.map((row) => ({
    table: row.table_name,
    rowsDone: row.rows_done,
    // An estimate gives way to what was found, as soon as that is more and when all was.
    rowsTotal: row.finished ? row.rows_done : Math.max(row.rows_total, row.rows_done),
    rowsChanged: row.rows_changed,
    finished: row.finished,
  }));
  return change.tables.flatMap(({ table }) => found.filter((each) => each.table === table));
}
