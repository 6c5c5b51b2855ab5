import type pg from 'pg';
import type { Queryable } from '../platform/postgres/postgres.ts';
import {
  differs,
  hasOld,
  keyList,
  type SchemaChange,
  type TableChange,
  unfilled,
} from './change.ts';
import { databaseNow } from './instances.ts';
import { keyAsJson, keyDescending, keyFromJson, type RowKey } from './keyset.ts';
import { readState } from './schema-state.ts';

/** A row whose two shapes do not say the same. */
export interface Mismatch {
  readonly table: string;
  readonly key: RowKey;
  /** `unfilled`: the new columns are empty; `different`: they say something else. */
  readonly kind: 'unfilled' | 'different';
  /** The columns of both shapes, as text. */
  readonly values: Readonly<Record<string, string | null>>;
}

export interface Verification {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly rowsChecked: number;
  readonly unfilled: number;
  readonly different: number;
  /** The first few of each table. */
  readonly samples: readonly Mismatch[];
}

/** There is nothing to compare: one of the two shapes is not there. */
export class NothingToVerifyError extends Error {
  constructor(state: string) {
    super(`nothing to verify: the schema is ${state}, which has one shape only`);
    this.name = 'NothingToVerifyError';
  }
}

/** Rows a statement: some tens of milliseconds, so that no snapshot is held for long. */
const rangeSize = 10_000;
const samplesPerTable = 5;

/** Compares all rows of all tables of a change, in key order and in ranges. Changes nothing. */
export async function compareAll(db: Queryable, change: SchemaChange): Promise<Verification> {
  const state = await readState(db, change.name);
  if (state !== 'expanded' && state !== 'relaxed') {
    throw new NothingToVerifyError(state === null ? 'empty' : `"${state}"`);
  }
  const startedAt = await databaseNow(db);
  const total = { rowsChecked: 0, unfilled: 0, different: 0 };
  const samples: Mismatch[] = [];
  for (const table of change.tables) {
    const found = await compareTable(db, table);
    total.rowsChecked += found.rowsChecked;
    total.unfilled += found.unfilled;
    total.different += found.different;
    samples.push(...found.samples);
  }
  return { ...total, samples, startedAt, finishedAt: await databaseNow(db) };
}

/** As `compareAll`, and keeps the result as evidence for the gates. */
export async function verify(pool: pg.Pool, change: SchemaChange): Promise<Verification> {
  const found = await compareAll(pool, change);
  await pool.query(
    `INSERT INTO verification_runs (change_name, started_at, finished_at, rows_checked, mismatches)
     VALUES ($1, $2, $3, $4, $5)`,
    [
      change.name,
      found.startedAt,
      found.finishedAt,
      found.rowsChecked,
      found.unfilled + found.different,
    ],
  );
  return found;
}

interface RangeRow {
  readonly seen: number;
  readonly unfilled: number;
  readonly different: number;
  readonly last: RowKey | null;
  readonly samples: Omit<Mismatch, 'table'>[] | null;
}

async function compareTable(db: Queryable, change: TableChange) {
  const sum = { rowsChecked: 0, unfilled: 0, different: 0, samples: [] as Mismatch[] };
  let cursor: RowKey | null = null;
  for (let full = true; full; ) {
    const range: RangeRow = await compareRange(db, change, cursor);
    sum.rowsChecked += range.seen;
    sum.unfilled += range.unfilled;
    sum.different += range.different;
    const room = samplesPerTable - sum.samples.length;
    const samples = range.samples?.slice(0, room) ?? [];
    sum.samples.push(...samples.map((sample) => ({ table: change.table, ...sample })));
    full = range.seen === rangeSize;
    cursor = range.last;
  }
  return sum;
}

async function compareRange(
  db: Queryable,
  change: TableChange,
  after: RowKey | null,
): Promise<RangeRow> {
  const { rows } = await db.query<RangeRow & pg.QueryResultRow>(rangeSql(change), [
    after,
    rangeSize,
  ]);
  const [range] = rows;
  if (range === undefined) throw new Error(`${change.table} could not be compared`);
  return range;
}

// Where the old column is NULL, the row was written by a release that has the new shape alone:
// there is nothing to compare it with, but the new columns must be filled.
function rangeSql(change: TableChange): string {
  const key = keyList(change, 't');
  const columns = [...change.old, ...change.new].map(({ name }) => name);
  const values = columns.map((name) => `'${name}', b.${name}::text`).join(', ');
  return `
  WITH range AS MATERIALIZED (
    SELECT ${key}, ${columns.join(', ')} FROM ${change.table} t
    WHERE $1::jsonb IS NULL OR (${key}) > ${keyFromJson(change, '$1')}
    ORDER BY ${key} LIMIT $2
  ), bad AS MATERIALIZED (
    SELECT *, CASE WHEN ${unfilled(change)} THEN 'unfilled' ELSE 'different' END AS kind
    FROM range
    WHERE (${unfilled(change)}) OR (${hasOld(change)} AND (${differs(change)}))
  )
  SELECT (SELECT count(*) FROM range) AS seen,
    (SELECT count(*) FROM bad WHERE kind = 'unfilled') AS unfilled,
    (SELECT count(*) FROM bad WHERE kind = 'different') AS different,
    (SELECT ${keyAsJson(change, 'r')} FROM range r
      ORDER BY ${keyDescending(change, 'r')} LIMIT 1) AS last,
    (SELECT jsonb_agg(jsonb_build_object('key', ${keyAsJson(change, 'b')}, 'kind', b.kind,
        'values', jsonb_build_object(${values})))
      FROM (SELECT * FROM bad LIMIT ${samplesPerTable}) b) AS samples`;
}
