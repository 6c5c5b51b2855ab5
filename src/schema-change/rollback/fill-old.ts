import { setTimeout as sleep } from 'node:timers/promises';
import { type Queryable, sqlState } from '../../platform/postgres/postgres.ts';
import { hasOld, keyList, type SchemaChange, type TableChange } from '../change.ts';
import { InterruptedError, type Patience } from '../ddl/lock-tries.ts';
import { keyAsJson, keyDescending, keyFromJson, type RowKey } from '../keyset.ts';

/** Rows a transaction: some tens of milliseconds, so that the service's writes come in between. */
const batchSize = 1_000;
const lockTimeoutMs = 2_000;
const lockPauseMs = 200;
const lockNotAvailable = '55P03';
const tellEveryMs = 1_000;

/**
 * Fills the old columns of every row that has the new shape alone, in the order of the key, a batch
 * a transaction. Rows that have the old shape are not written, so a repetition is cheap. A row whose
 * value has no place in the old shape is left as it is.
 *
 * @returns how many rows were filled.
 */
export async function fillOld(
  db: Queryable,
  change: SchemaChange,
  patience: Pick<Patience, 'signal' | 'say'>,
): Promise<number> {
  let filled = 0;
  await db.query(`SET lock_timeout = ${lockTimeoutMs}`);
  for (const table of change.tables) {
    filled += await fillTable(db, table, patience);
  }
  return filled;
}

async function fillTable(
  db: Queryable,
  table: TableChange,
  { signal, say }: Pick<Patience, 'signal' | 'say'>,
): Promise<number> {
  let [seen, filled, toldAt] = [0, 0, Date.now()];
  for (let cursor: RowKey | null = null; ; ) {
    if (signal.aborted) throw new InterruptedError(`filling the old columns of ${table.table}`);
    const batch: Batch | null = await fillBatch(db, table, cursor);
    if (batch === null) {
      await sleep(lockPauseMs);
      continue;
    }
    seen += batch.seen;
    filled += batch.filled;
    cursor = batch.last;
    if (Date.now() - toldAt > tellEveryMs) {
      toldAt = Date.now();
      say(`${table.table}: ${seen} rows seen, ${filled} given their old shape`);
    }
    if (batch.seen < batchSize) return filled;
  }
}

interface Batch {
  readonly seen: number;
  readonly filled: number;
  readonly last: RowKey | null;
}

/** Null when a row of the batch was locked for too long: nothing was changed. */
async function fillBatch(
  db: Queryable,
  table: TableChange,
  after: RowKey | null,
): Promise<Batch | null> {
  try {
    const { rows } = await db.query<{ [column in keyof Batch]: Batch[column] }>(batchSql(table), [
      after,
      batchSize,
    ]);
    return rows[0] ?? { seen: 0, filled: 0, last: null };
  } catch (error) {
    if (sqlState(error) === lockNotAvailable) return null;
    throw error;
  }
}

function batchSql(table: TableChange): string {
  const key = keyList(table, 't');
  const set = table.old.map(({ name, from }) => `${name} = ${from}`).join(', ');
  const fits = table.old.map(({ from }) => `(${from}) IS NOT NULL`).join(' AND ');
  const same = table.key.map(({ name }) => `t.${name} = b.${name}`).join(' AND ');
  return `
  WITH batch AS MATERIALIZED (
    SELECT ${key} FROM ${table.table} t
    WHERE $1::jsonb IS NULL OR (${key}) > ${keyFromJson(table, '$1')}
    ORDER BY ${key} LIMIT $2
  ), filled AS (
    UPDATE ${table.table} t SET ${set} FROM batch b
    WHERE ${same} AND NOT (${hasOld(table, 't')}) AND ${fits}
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM batch) AS seen, (SELECT count(*) FROM filled) AS filled,
    (SELECT ${keyAsJson(table, 'b')} FROM batch b ORDER BY ${keyDescending(table, 'b')} LIMIT 1) AS last`;
}
