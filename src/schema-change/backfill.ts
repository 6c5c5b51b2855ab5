import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Queryable, sqlState } from '../platform/postgres/postgres.ts';
import { transaction } from '../platform/postgres/transaction.ts';
import { assertMayBackfill, rowsToFill } from './backfill-guard.ts';
import { hasOld, keyList, type SchemaChange, type TableChange } from './change.ts';
import { keyAsJson, keyDescending, keyFromJson, type RowKey } from './keyset.ts';

export interface BackfillOptions {
  /** Rows per transaction. */
  readonly batchSize: number;
  /** Pause between two transactions, so that the service's own writes come in between. */
  readonly pauseMs: number;
  /** Start from the first row again instead of where the last run stopped. */
  readonly restart: boolean;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** How far a table is. Rows are those that were there when its backfill began. */
export interface Progress {
  readonly table: string;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly rowsChanged: number;
  readonly finished: boolean;
}

/** Longest pause after a batch that could not get its locks. */
const lockPauseMs = 200;
const lockNotAvailable = '55P03';

/**
 * Fills the new columns of every row that was there at the start, in the order of the primary
 * key, a batch a transaction. Where it is, is committed with each batch: a run that is killed is
 * continued by the next one, and two at once take turns.
 *
 * @throws {BackfillRefusedError} unless every live instance writes both shapes.
 */
export async function backfill(
  pool: pg.Pool,
  change: SchemaChange,
  options: BackfillOptions,
): Promise<Progress[]> {
  const which = rowsToFill[await assertMayBackfill(pool, change)];
  const done: Progress[] = [];
  for (const table of change.tables) {
    await prepare(pool, change.name, table, options.restart);
    done.push(await fillTable(pool, change.name, { ...table, which: which(table) }, options));
  }
  return done;
}

interface Filling extends TableChange {
  readonly which: string;
}

/** Notes the range of the table once. A run that finds a note goes on from there. */
async function prepare(
  pool: pg.Pool,
  changeName: string,
  change: TableChange,
  restart: boolean,
): Promise<void> {
  const { table } = change;
  if (restart) {
    await pool.query('DELETE FROM backfill_progress WHERE change_name = $1 AND table_name = $2', [
      changeName,
      table,
    ]);
  }
  const known = await pool.query(
    'SELECT FROM backfill_progress WHERE change_name = $1 AND table_name = $2',
    [changeName, table],
  );
  if (known.rows.length > 0) return;
  // The highest key of now: rows that come later are written in both shapes by the service.
  await pool.query(
    `INSERT INTO backfill_progress (change_name, table_name, upper_key, rows_total)
     SELECT $1, $2,
       (SELECT ${keyAsJson(change, 't')} FROM ${table} t ORDER BY ${keyDescending(change, 't')} LIMIT 1),
       (SELECT count(*) FROM ${table})
     ON CONFLICT DO NOTHING`,
    [changeName, table],
  );
}

async function fillTable(
  pool: pg.Pool,
  changeName: string,
  change: Filling,
  options: BackfillOptions,
): Promise<Progress> {
  for (;;) {
    options.signal.throwIfAborted();
    const progress = await nextBatch(pool, changeName, change, options.batchSize);
    if (progress !== null) options.onProgress(progress);
    if (progress?.finished === true) return progress;
    await sleep(progress === null ? lockPauseMs : options.pauseMs);
  }
}

/** Null when a row of the batch was locked for too long: nothing was changed. */
async function nextBatch(
  pool: pg.Pool,
  changeName: string,
  change: Filling,
  batchSize: number,
): Promise<Progress | null> {
  try {
    return await transaction(pool, (db) => fillBatch(db, changeName, change, batchSize));
  } catch (error) {
    if (sqlState(error) === lockNotAvailable) return null;
    throw error;
  }
}

interface ProgressRow {
  readonly cursor_key: RowKey | null;
  readonly upper_key: RowKey | null;
  readonly rows_total: number;
  readonly rows_done: number;
  readonly rows_changed: number;
  readonly finished_at: Date | null;
}

async function fillBatch(
  db: Queryable,
  changeName: string,
  change: Filling,
  batchSize: number,
): Promise<Progress> {
  // The row's lock is what makes two runs take turns instead of the same batch.
  const { rows } = await db.query<ProgressRow>(
    `SELECT cursor_key, upper_key, rows_total, rows_done, rows_changed, finished_at
     FROM backfill_progress WHERE change_name = $1 AND table_name = $2 FOR UPDATE`,
    [changeName, change.table],
  );
  const [before] = rows;
  if (before === undefined) throw new Error(`no backfill of ${change.table} is under way`);
  if (before.finished_at !== null) return toProgress(change, before, 0, 0);
  const batch = await db.query<{ seen: number; changed: number; last: RowKey | null }>(
    batchSql(change),
    [before.cursor_key, before.upper_key, batchSize],
  );
  const { seen = 0, changed = 0, last = null } = batch.rows[0] ?? {};
  const finished = seen < batchSize;
  await db.query(
    `UPDATE backfill_progress SET cursor_key = coalesce($3, cursor_key),
       rows_done = rows_done + $4, rows_changed = rows_changed + $5,
       finished_at = CASE WHEN $6 THEN now() END
     WHERE change_name = $1 AND table_name = $2`,
    [changeName, change.table, last, seen, changed, finished],
  );
  return { ...toProgress(change, before, seen, changed), finished };
}

function toProgress(
  change: TableChange,
  row: ProgressRow,
  seen: number,
  changed: number,
): Progress {
  return {
    table: change.table,
    rowsDone: row.rows_done + seen,
    rowsTotal: row.rows_total,
    rowsChanged: row.rows_changed + changed,
    finished: row.finished_at !== null,
  };
}

// Rows that are right already are not written again: no dead tuples, and a rerun is cheap.
function batchSql(change: Filling): string {
  const key = keyList(change, 't');
  const set = change.new.map(({ name, from }) => `${name} = ${from}`).join(', ');
  const same = change.key.map((column) => `t.${column.name} = b.${column.name}`).join(' AND ');
  return `
  WITH batch AS MATERIALIZED (
    SELECT ${key} FROM ${change.table} t
    WHERE ($1::jsonb IS NULL OR (${key}) > ${keyFromJson(change, '$1')})
      AND (${key}) <= ${keyFromJson(change, '$2')}
    ORDER BY ${key} LIMIT $3
  ), filled AS (
    UPDATE ${change.table} t SET ${set} FROM batch b
    WHERE ${same} AND ${hasOld(change, 't')} AND (${change.which})
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM batch) AS seen, (SELECT count(*) FROM filled) AS changed,
    (SELECT ${keyAsJson(change, 'b')} FROM batch b ORDER BY ${keyDescending(change, 'b')} LIMIT 1) AS last`;
}
