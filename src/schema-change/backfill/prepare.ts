import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { transaction } from '../../platform/postgres/transaction.ts';
import { keyList, type SchemaChange, type TableChange } from '../change.ts';
import { oldUse } from '../instances.ts';
import { keyAsJson, keyDescending, type RowKey } from '../keyset.ts';
import type { Direction } from './fill-sql.ts';

/** More parts than workers, so that nobody is left with the last one for long. */
const rangesPerTable = 32;
/** A part ends the batch that reaches its end, so that parts of less would make batches of less. */
const leastRowsPerRange = 50_000;
/** Where parallel work was asked for. */
const leastRowsInParallel = 1_000;
/** Up to here rows are counted, which takes some milliseconds; beyond it they are estimated. */
const countedRows = 100_000;
/** Pages that are looked at to find where to cut: some thousand rows, in whatever table. */
const sampledPages = 200;

/**
 * Notes once for each table up to which key it is filled, and in which parts. A run that finds the
 * notes goes on from there; those of the other direction, and those that rows may have been
 * written behind in the other shape alone, are worth nothing and are made anew.
 *
 * @returns why it begins anew, where it does without having been told to.
 */
export async function prepare(
  pool: pg.Pool,
  change: SchemaChange,
  direction: Direction,
  { restart, parallel }: { readonly restart: boolean; readonly parallel: number },
): Promise<string | null> {
  const why = await whyAnew(pool, change.name, direction);
  if (restart || why !== null) {
    await pool.query('DELETE FROM backfill_progress WHERE change_name = $1', [change.name]);
  }
  const least = parallel > 1 ? leastRowsInParallel : leastRowsPerRange;
  for (const table of change.tables) {
    await prepareTable(pool, { change: change.name, table, direction, least });
  }
  return restart ? null : why;
}

async function whyAnew(db: Queryable, change: string, direction: Direction) {
  const { rows } = await db.query<{ direction: Direction; begun: Date }>(
    `SELECT direction, min(started_at) AS begun FROM backfill_progress
     WHERE change_name = $1 GROUP BY direction`,
    [change],
  );
  if (rows.some((row) => row.direction !== direction)) return 'the last one filled the other shape';
  const { oldOnlyUntil } = await oldUse(db, change);
  const [known] = rows;
  if (direction === 'old' || known === undefined || oldOnlyUntil === null) return null;
  return known.begun < oldOnlyUntil
    ? `an instance wrote the old columns alone until ${oldOnlyUntil.toISOString()}, after it had begun`
    : null;
}

interface Preparation {
  readonly change: string;
  readonly table: TableChange;
  readonly direction: Direction;
  /** Least rows of a part. */
  readonly least: number;
}

async function prepareTable(
  pool: pg.Pool,
  { change, table, direction, least }: Preparation,
): Promise<void> {
  const known = 'SELECT FROM backfill_progress WHERE change_name = $1 AND table_name = $2';
  if ((await pool.query(known, [change, table.table])).rows.length > 0) return;
  const total = await rowsOf(pool, table.table);
  const uppers = await cut(pool, table, Math.floor(total / least));
  await transaction(pool, async (tx) => {
    // Of two that begin at once, the second waits here and then has nothing to do.
    const noted = await tx.query<{ noted: boolean }>(
      `INSERT INTO backfill_progress (change_name, table_name, direction, rows_total)
       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true AS noted`,
      [change, table.table, direction, total],
    );
    if (noted.rows.length === 0) return;
    await tx.query(
      `INSERT INTO backfill_ranges (change_name, table_name, range_no, cursor_key, upper_key)
       SELECT $1, $2, no, lag(upper) OVER (ORDER BY no), upper
       FROM unnest($3::jsonb[]) WITH ORDINALITY u(upper, no)`,
      [change, table.table, uppers.map((upper) => (upper === null ? null : JSON.stringify(upper)))],
    );
  });
}

// Exact counting reads the whole table in one long transaction.
async function rowsOf(db: Queryable, table: string): Promise<number> {
  const few = await db.query<{ rows: number }>(
    `SELECT count(*) AS rows FROM (SELECT FROM ${table} LIMIT ${countedRows} + 1) t`,
  );
  const counted = few.rows[0]?.rows ?? 0;
  if (counted <= countedRows) return counted;
  return (await estimate(db, table)) ?? (await analyzed(db, table)) ?? counted;
}

async function analyzed(db: Queryable, table: string): Promise<number | null> {
  await db.query(`ANALYZE ${table}`);
  return estimate(db, table);
}

/** As the planner does it: the density of the last ANALYZE by the present size. */
async function estimate(db: Queryable, table: string): Promise<number | null> {
  const { rows } = await db.query<{ rows: number | null }>(
    `SELECT (reltuples / nullif(relpages, 0)
       * (pg_relation_size(oid) / current_setting('block_size')::integer))::bigint AS rows
     FROM pg_class WHERE oid = to_regclass($1) AND reltuples >= 0`,
    [table],
  );
  return rows[0]?.rows ?? null;
}

/**
 * The highest key of each part, ascending; the last is the highest of the table now: rows that
 * come later are written in both shapes by the service. Cut by a sample of pages, as keys need
 * not be spread evenly. One null for an empty table.
 */
async function cut(
  db: Queryable,
  table: TableChange,
  most: number,
): Promise<readonly (RowKey | null)[]> {
  const key = keyList(table, 't');
  const highest = await db.query<{ upper: RowKey }>(
    `SELECT ${keyAsJson(table, 't')} AS upper FROM ${table.table} t
     ORDER BY ${keyDescending(table, 't')} LIMIT 1`,
  );
  const upper = highest.rows[0]?.upper ?? null;
  const parts = Math.min(rangesPerTable, most);
  if (parts < 2) return [upper];
  const { rows } = await db.query<{ upper: RowKey }>(
    `SELECT DISTINCT ON (part) upper FROM (
       SELECT ${keyAsJson(table, 't')} AS upper, ntile($1) OVER rising AS part,
         row_number() OVER rising AS no
       FROM ${table.table} t TABLESAMPLE SYSTEM (
         (SELECT least(100, 100.0 * ${sampledPages} / greatest(1, pg_relation_size($2::regclass)
            / current_setting('block_size')::integer))))
       WINDOW rising AS (ORDER BY ${key})) s
     ORDER BY part, no DESC`,
    [parts, table.table],
  );
  return [...rows.slice(0, -1).map((row) => row.upper), upper];
}
