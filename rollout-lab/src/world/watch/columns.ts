import type pg from 'pg';
import type { Change } from '../../changes/change.ts';
import type { SchemaColumn, SchemaSeen } from '../../feed/events.ts';

/** Pages of a table that are looked at for how much of a column is filled. */
const samplePages = 40;

const stateSql = `
SELECT coalesce((SELECT state FROM schema_state WHERE change_name = $1), 'baseline') AS state`;

/** In a brownout the service's role loses both rights. */
const columnsSql = `
SELECT c.relname AS table_name, a.attname AS column_name,
  has_column_privilege('scaleretail_api', c.oid, a.attnum, 'SELECT')
    OR has_column_privilege('scaleretail_api', c.oid, a.attnum, 'INSERT') AS allowed,
  pg_relation_size(c.oid) / current_setting('block_size')::int AS pages
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
JOIN unnest($1::text[], $2::text[]) AS asked (table_name, column_name)
  ON asked.table_name = c.relname AND asked.column_name = a.attname
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`;

/** How far a backfill that is under way has come, by its own account. */
const backfillSql = `
SELECT p.table_name,
  least(1, sum(r.rows_done) / greatest(p.rows_total, 1))::float AS share
FROM backfill_progress p JOIN backfill_ranges r USING (change_name, table_name)
WHERE p.change_name = $1 AND p.direction = 'new' AND p.finished_at IS NULL
GROUP BY p.table_name, p.rows_total`;

interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly allowed: boolean;
  readonly pages: string;
}

type Shape = SchemaColumn['shape'];

/**
 * The columns of a change as the database has them now, each with how much of it is filled. An old
 * one that is not there is gone; a new one is not there yet, and not named.
 */
export async function lookAtColumns(
  db: pg.Client,
  change: Change,
): Promise<Omit<SchemaSeen, 'type'>> {
  const { rows: states } = await db.query<{ state: string }>(stateSql, [change.name]);
  const asked = [...shaped(change.oldColumns, 'old'), ...shaped(change.newColumns, 'new')];
  const { rows: there } = await db.query<Column>(columnsSql, [
    asked.map(({ table }) => table),
    asked.map(({ column }) => column),
  ]);
  const filled = await sharesFilled(db, there);
  const backfilled = await backfillShares(db, change);
  const columns = asked.flatMap(({ table, column, shape }): SchemaColumn[] => {
    const found = there.find((c) => c.table_name === table && c.column_name === column);
    if (found === undefined) {
      return shape === 'new' ? [] : [{ table, column, shape, state: 'gone', filled: null }];
    }
    const state = found.allowed ? 'there' : 'forbidden';
    const sampled = filled.get(`${table}.${column}`) ?? null;
    const share = shape === 'new' ? (backfilled.get(table) ?? sampled) : sampled;
    return [{ table, column, shape, state, filled: share === null ? null : percent(share) }];
  });
  return { state: states[0]?.state ?? 'baseline', columns };
}

function shaped(columns: Change['oldColumns'], shape: Shape) {
  return columns.map(([table, column]) => ({ table, column, shape }));
}

/** Finer steps would be noise. All and nothing are told only where the sample has nothing else. */
function percent(share: number): number {
  if (share === 0 || share === 1) return share;
  return Math.min(0.99, Math.max(0.01, Math.round(share * 100) / 100));
}

/**
 * By a sample of a few pages, always the same ones: how much of a column is NULL in PostgreSQL's own
 * statistics is as old as the last ANALYZE.
 */
async function sharesFilled(db: pg.Client, there: readonly Column[]) {
  const shares = new Map<string, number>();
  for (const [table, columns] of Map.groupBy(there, (c) => c.table_name)) {
    const pages = Number(columns[0]?.pages ?? 0);
    const percentage = Math.min(100, (100 * samplePages) / Math.max(1, pages));
    const counts = columns.map((c, n) => `count("${c.column_name}")::int AS c${n}`).join(', ');
    const { rows } = await db.query<Record<string, number>>(
      `SELECT count(*)::int AS n, ${counts} FROM "${table}" TABLESAMPLE SYSTEM (${percentage}) REPEATABLE (1)`,
    );
    const [row] = rows;
    if (row === undefined || !row.n) continue;
    for (const [n, { column_name }] of columns.entries()) {
      shares.set(`${table}.${column_name}`, (row[`c${n}`] ?? 0) / row.n);
    }
  }
  return shares;
}

async function backfillShares(db: pg.Client, { name }: Change): Promise<Map<string, number>> {
  const { rows } = await db.query<{ table_name: string; share: number }>(backfillSql, [name]);
  return new Map(rows.map(({ table_name, share }) => [table_name, share]));
}
