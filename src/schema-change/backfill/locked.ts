import type pg from 'pg';
import { sqlState } from '../../platform/postgres/postgres.ts';
import { transaction } from '../../platform/postgres/transaction.ts';
import { keyList, type SchemaChange } from '../change.ts';
import { keyAsJson, keyFromJson, type RowKey, showKey } from '../keyset.ts';
import type { Range } from './batch.ts';

const lockNotAvailable = '55P03';

/** What keeps a batch of a single row from its lock, for people. */
export async function whatIsLocked(
  pool: pg.Pool,
  change: SchemaChange,
  range: Range | null,
): Promise<string> {
  const table = change.tables.find((each) => each.table === range?.table);
  if (table === undefined || range === null) return 'a range of the backfill is locked';
  const key = keyList(table, 't');
  try {
    const { rows } = await transaction(pool, (tx) => {
      tx.defer(tx.query("SELECT set_config('lock_timeout', '100', true)"));
      return tx.query<{ next: RowKey }>(
        `SELECT ${keyAsJson(table, 't')} AS next FROM ${table.table} t, backfill_ranges r
         WHERE r.change_name = $1 AND r.table_name = $2 AND r.range_no = $3
           AND (r.cursor_key IS NULL OR (${key}) > ${keyFromJson(table, 'r.cursor_key')})
         ORDER BY ${key} LIMIT 1`,
        [change.name, range.table, range.no],
      );
    });
    const next = rows[0]?.next;
    const which = next === undefined ? 'a row' : showKey(next);
    return `${table.table} ${which} is locked by another session`;
  } catch (error) {
    if (sqlState(error) !== lockNotAvailable) throw error;
    return `the table ${table.table} is locked by another session`;
  }
}
