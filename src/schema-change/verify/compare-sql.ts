import { differs, keyList, type TableChange, unfilled } from '../change.ts';
import { keyAsJson, keyFromJson, type RowKey } from '../keyset.ts';

/** SQL that picks rows of a table, and its parameters. */
export interface Rows {
  readonly where: string;
  readonly values: readonly unknown[];
}

/**
 * SQL that is true for a row of which the old shape says nothing: one written by a release that
 * knows the new shape alone leaves every old column NULL. A row with some of them is compared.
 */
export function oldIsAbsent(change: TableChange): string {
  return change.old.map(({ name }) => `${name} IS NULL`).join(' AND ');
}

/** SQL for what a row's two shapes say of each other: 'unfilled', 'different' or 'equal'. */
export function verdict(change: TableChange): string {
  return `CASE WHEN ${unfilled(change)} THEN 'unfilled'
    WHEN NOT (${oldIsAbsent(change)}) AND (${differs(change)}) THEN 'different' ELSE 'equal' END`;
}

/** The rows with a key after one and up to another; null is before the first or after the last. */
export function keyRange(change: TableChange, after: RowKey | null, upTo: RowKey | null): Rows {
  const bounds = [
    { operator: '>', key: after },
    { operator: '<=', key: upTo },
  ].filter(({ key }) => key !== null);
  const conditions = bounds.map(
    ({ operator }, at) =>
      `(${keyList(change, 't')}) ${operator} ${keyFromJson(change, `$${at + 1}`)}`,
  );
  return {
    where: conditions.length === 0 ? 'true' : conditions.join(' AND '),
    values: bounds.map(({ key }) => key),
  };
}

/** The rows that were written since a watermark: see `watermark.ts`. */
export function changedSince(watermark: string): Rows {
  return { where: 'age(t.xmin) <= age(($1::text::xid8)::xid)', values: [watermark] };
}

/** SQL for the key that is $2 rows after the key $1; no row when there are fewer. */
export function edgeSql(change: TableChange): string {
  const key = keyList(change, 't');
  return `SELECT ${keyAsJson(change, 't')} AS key FROM ${change.table} t
    WHERE $1::jsonb IS NULL OR (${key}) > ${keyFromJson(change, '$1')}
    ORDER BY ${key} OFFSET $2 - 1 LIMIT 1`;
}

/**
 * SQL that counts the rows of `among` and compares those of them that are in `compared`. OFFSET 0
 * keeps PostgreSQL from working the comparison out once more for each of the counts.
 */
export function countSql(change: TableChange, among: string, compared: string): string {
  return `SELECT count(*) AS rows, count(verdict) AS compared,
      count(*) FILTER (WHERE verdict = 'unfilled') AS unfilled,
      count(*) FILTER (WHERE verdict = 'different') AS different
    FROM (SELECT CASE WHEN ${compared} THEN ${verdict(change)} END AS verdict
      FROM ${change.table} t WHERE ${among} OFFSET 0) counted`;
}

/** SQL for the keys of some rows whose shapes do not agree; `limit` is a parameter. */
export function badKeysSql(change: TableChange, rows: string, limit: string): string {
  return `SELECT ${keyAsJson(change, 't')} AS key FROM ${change.table} t
    WHERE (${rows}) AND ${verdict(change)} <> 'equal' LIMIT ${limit}`;
}

/** SQL that shows the rows with the keys $1 (a JSON array) that still do not agree. */
export function mismatchesSql(change: TableChange): string {
  const columns = [...change.old, ...change.new];
  const values = columns.map(({ name }) => `'${name}', t.${name}::text`).join(', ');
  const expected = change.new.map(({ name, from }) => `'${name}', (${from})::text`).join(', ');
  return `SELECT ${keyAsJson(change, 't')} AS key, ${verdict(change)} AS kind,
      jsonb_build_object(${values}) AS values,
      CASE WHEN NOT (${oldIsAbsent(change)}) THEN jsonb_build_object(${expected}) END AS expected
    FROM jsonb_array_elements($1::jsonb) k
    JOIN ${change.table} t ON (${keyList(change, 't')}) = ${keyFromJson(change, 'k')}
    WHERE ${verdict(change)} <> 'equal' ORDER BY ${keyList(change, 't')}`;
}
