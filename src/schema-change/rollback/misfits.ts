import type { Queryable } from '../../platform/postgres/postgres.ts';
import { hasOld, keyList, type SchemaChange, type TableChange } from '../change.ts';
import { keyAsJson, keyDescending, keyFromJson, type RowKey, showKey } from '../keyset.ts';

/** Rows a statement, so that no snapshot is held for long. */
const rangeSize = 10_000;
const samplesPerTable = 5;

/** The rows that have the new shape alone. */
export interface NewOnly {
  /** Those that can be given the old shape. */
  readonly fillable: number;
  /** Those whose value has no place in it. */
  readonly misfits: number;
  /** The first few misfits of each table, a line each. */
  readonly samples: readonly string[];
}

/** Looks for rows without the old shape, in key order and in ranges. Changes nothing. */
export async function findNewOnly(db: Queryable, change: SchemaChange): Promise<NewOnly> {
  const sum = { fillable: 0, misfits: 0, samples: [] as string[] };
  for (const table of change.tables) {
    const samples: RowKey[] = [];
    let range: Range | null = null;
    do {
      range = await lookAt(db, table, range?.last ?? null);
      sum.fillable += range.fillable;
      sum.misfits += range.misfits;
      samples.push(...(range.samples ?? []));
    } while (range.seen === rangeSize);
    const shown = samples.slice(0, samplesPerTable);
    sum.samples.push(...shown.map((key) => `${table.table} ${showKey(key)}`));
  }
  return sum;
}

interface Range {
  readonly seen: number;
  readonly fillable: number;
  readonly misfits: number;
  readonly last: RowKey | null;
  readonly samples: RowKey[] | null;
}

async function lookAt(db: Queryable, table: TableChange, after: RowKey | null): Promise<Range> {
  const { rows } = await db.query<{ [column in keyof Range]: Range[column] }>(rangeSql(table), [
    after,
    rangeSize,
  ]);
  const [range] = rows;
  if (range === undefined) throw new Error(`${table.table} could not be looked at`);
  return range;
}

function rangeSql(table: TableChange): string {
  const key = keyList(table, 't');
  const fits = table.old.map(({ from }) => `(${from}) IS NOT NULL`).join(' AND ');
  const columns = [...table.old, ...table.new].map(({ name }) => `t.${name}`).join(', ');
  return `
  WITH range AS MATERIALIZED (
    SELECT ${key}, ${columns} FROM ${table.table} t
    WHERE $1::jsonb IS NULL OR (${key}) > ${keyFromJson(table, '$1')}
    ORDER BY ${key} LIMIT $2
  ), new_only AS MATERIALIZED (
    SELECT ${keyList(table)}, (${fits}) AS fits FROM range WHERE NOT (${hasOld(table)})
  )
  SELECT (SELECT count(*) FROM range) AS seen,
    (SELECT count(*) FROM new_only WHERE fits) AS fillable,
    (SELECT count(*) FROM new_only WHERE NOT fits) AS misfits,
    (SELECT ${keyAsJson(table, 'r')} FROM range r ORDER BY ${keyDescending(table, 'r')} LIMIT 1) AS last,
    (SELECT jsonb_agg(${keyAsJson(table, 'm')})
      FROM (SELECT ${keyList(table)} FROM new_only WHERE NOT fits LIMIT ${samplesPerTable}) m) AS samples`;
}
