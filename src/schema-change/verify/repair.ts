import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { sqlState } from '../../platform/postgres/postgres.ts';
import { transaction } from '../../platform/postgres/transaction.ts';
import type { SchemaChange, TableChange } from '../change.ts';
import type { RowKey } from '../keyset.ts';
import { keyAfter } from './compare.ts';
import { keyRange } from './compare-sql.ts';
import { discardPass } from './pass.ts';
import { type Repair, repairSql, repairs } from './repair-sql.ts';
import { twoShapes, type VerifyOptions } from './verify.ts';

type Values = Readonly<Record<string, string | null>>;

/** A row that was written, with the columns of both shapes as text. */
export interface RepairedRow {
  readonly table: string;
  readonly key: RowKey;
  readonly before: Values;
  readonly after: Values;
}

export interface Repaired {
  readonly tables: readonly {
    readonly table: string;
    readonly newWritten: number;
    readonly oldWritten: number;
  }[];
  /** The first few of each table. */
  readonly samples: readonly RepairedRow[];
}

/** Keys a transaction: at the worst as many rows are written, and locked, at once. */
const batchSize = 1_000;
/** Longest wait for a row that the service has locked; then the batch is tried again. */
const lockTimeoutMs = 250;
const pauseMs = 200;
const lockNotAvailable = '55P03';

/**
 * Makes the shapes of every row agree, from the side that is right: see `repairs`. In key order, a
 * batch a transaction. Ended early, what was repaired is; run again, it begins with the first row.
 *
 * @throws {NothingToVerifyError} on a schema with one shape.
 */
export async function repair(
  pool: pg.Pool,
  change: SchemaChange,
  options: Pick<VerifyOptions, 'samples' | 'signal'>,
): Promise<Repaired> {
  const state = await twoShapes(pool, change);
  const tables: Repaired['tables'][number][] = [];
  const samples: RepairedRow[] = [];
  for (const table of change.tables) {
    const done = { table: table.table, newWritten: 0, oldWritten: 0 };
    let shown = options.samples;
    await forEachBatch(pool, table, options.signal, repairs[state], (rows, { writes }) => {
      done[writes === 'new' ? 'newWritten' : 'oldWritten'] += rows.length;
      samples.push(...rows.slice(0, shown).map((row) => ({ table: table.table, ...row })));
      shown -= Math.min(shown, rows.length);
    });
    tables.push(done);
  }
  await discardPass(pool, change);
  return { tables, samples };
}

type Row = Omit<RepairedRow, 'table'>;

async function forEachBatch(
  pool: pg.Pool,
  table: TableChange,
  signal: AbortSignal,
  kinds: readonly Repair[],
  onRows: (rows: readonly Row[], kind: Repair) => void,
): Promise<void> {
  for (let after: RowKey | null = null, more = true; more; ) {
    const last: RowKey | null = await keyAfter(pool, table, after, batchSize);
    const range = keyRange(table, after, last);
    for (const kind of kinds) {
      signal.throwIfAborted();
      onRows(await repairBatch(pool, repairSql(table, kind, range.where), range.values), kind);
    }
    more = last !== null;
    after = last;
  }
}

async function repairBatch(
  pool: pg.Pool,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  for (;;) {
    try {
      return await transaction(pool, async (db) => {
        await db.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
        return (await db.query<Row & pg.QueryResultRow>(sql, values)).rows;
      });
    } catch (error) {
      if (sqlState(error) !== lockNotAvailable) throw error;
      await sleep(pauseMs);
    }
  }
}
