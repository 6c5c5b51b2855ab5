import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { transaction } from '../../platform/postgres/transaction.ts';
import type { RowKey } from '../keyset.ts';
import { type Control, readControl } from './control.ts';
import { batchSql, type Filling } from './fill-sql.ts';

/** What a batch works on. */
export interface Range {
  readonly table: string;
  readonly no: number;
}

export interface BatchJob {
  readonly change: string;
  readonly fillings: ReadonlyMap<string, Filling>;
  /** How long a batch may take before it is undone, in ms. */
  readonly limitMs: number;
  /** False: the operator wants no batch now. */
  readonly wanted: (control: Control) => boolean;
  /** Is told which range a batch begins with. */
  readonly onRange: (range: Range) => void;
}

/** What came of it: no batch was wanted, no range was free, or a batch was filled. */
export interface BatchResult {
  readonly control: Control;
  readonly filled:
    | (Range & { readonly seen: number; readonly changed: number; readonly finished: boolean })
    | null;
}

/** Longest wait for a lock, in ms: as long may somebody wait for those that the batch holds. */
const lockBudgetMs = 100;
/** A process that is stopped in the middle of a batch keeps its rows locked no longer than this. */
const idleBudgetMs = 1_000;

/**
 * `synchronous_commit`: rows and cursor are lost together in a crash of the server, and done again.
 * `enable_…`: PostgreSQL takes the two bounds of a key of several columns for independent, and
 * would read a large table as a whole where it thinks that a quarter of it is wanted. `jit`: for
 * a statement of milliseconds compiling it costs more than it gains.
 */
const settingsSql = `
  SELECT set_config('lock_timeout', '${lockBudgetMs}', true),
    set_config('statement_timeout', $1, true),
    set_config('idle_in_transaction_session_timeout', '${idleBudgetMs}', true),
    set_config('synchronous_commit', 'off', true),
    set_config('enable_seqscan', 'off', true),
    set_config('enable_bitmapscan', 'off', true),
    set_config('jit', 'off', true)`;

// Whoever finds a range locked takes another one. The lock ends with the transaction, also when
// the process is killed, and until then the cursor is nobody else's.
const claimSql = `
  SELECT table_name, range_no, cursor_key, upper_key FROM backfill_ranges
  WHERE change_name = $1 AND finished_at IS NULL AND table_name = ANY ($2)
  ORDER BY (table_name = $3 AND range_no = $4) DESC, array_position($2, table_name), range_no
  LIMIT 1 FOR UPDATE SKIP LOCKED`;

interface ClaimedRow {
  readonly table_name: string;
  readonly range_no: number;
  readonly cursor_key: RowKey | null;
  readonly upper_key: RowKey | null;
}

/**
 * Fills up to `rows` rows in one short transaction, and moves the cursor with them: two round
 * trips, with the operator's wishes read in the first.
 *
 * @param last the range to stay with while it is free.
 * @throws PostgreSQL's error (55P03, 57014, …); nothing was changed then.
 */
export async function fillBatch(
  pool: pg.Pool,
  job: BatchJob,
  rows: number,
  last: Range | null,
): Promise<BatchResult> {
  const { control, range, counting } = await transaction(pool, async (tx) => {
    tx.defer(tx.query(settingsSql, [String(Math.ceil(job.limitMs))]));
    const reading = readControl(tx, job.change);
    const claiming = claim(tx, job, last);
    const [wishes, claimed] = await Promise.all([reading, claiming]);
    if (claimed === undefined || !job.wanted(wishes)) {
      return { control: wishes, range: null, counting: null };
    }
    const claimedRange = { table: claimed.table_name, no: claimed.range_no };
    job.onRange(claimedRange);
    const batch = write(tx, job, claimed, rows);
    tx.defer(batch);
    return { control: wishes, range: claimedRange, counting: batch };
  });
  if (range === null) return { control, filled: null };
  const [counted] = (await counting).rows;
  const { seen = 0, changed = 0 } = counted ?? {};
  return { control, filled: { ...range, seen, changed, finished: seen < rows } };
}

function write(db: Queryable, job: BatchJob, range: ClaimedRow, rows: number) {
  const filling = job.fillings.get(range.table_name);
  if (filling === undefined) throw new Error(`the change has no table ${range.table_name}`);
  return db.query<{ seen: number; changed: number }>(batchSql(filling), [
    range.cursor_key,
    range.upper_key,
    rows,
    job.change,
    range.table_name,
    range.range_no,
  ]);
}

async function claim(
  db: Queryable,
  job: BatchJob,
  last: Range | null,
): Promise<ClaimedRow | undefined> {
  const { rows } = await db.query<ClaimedRow & Record<string, unknown>>(claimSql, [
    job.change,
    [...job.fillings.keys()],
    last?.table ?? null,
    last?.no ?? null,
  ]);
  return rows[0];
}
