import type { TableChange } from './change.ts';

/** The key of a row as text by column name, so that it can be kept as JSON and read by people. */
export type RowKey = Readonly<Record<string, string>>;

/** SQL for a row's key as a JSON object of texts. */
export function keyAsJson(change: TableChange, alias: string): string {
  const pairs = change.key.map((column) => `'${column.name}', ${alias}.${column.name}::text`);
  return `jsonb_build_object(${pairs.join(', ')})`;
}

/** SQL for a key parameter (JSON) as a row value with the columns' own types. */
export function keyFromJson(change: TableChange, parameter: string): string {
  const parts = change.key.map(
    (column) => `(${parameter}::jsonb->>'${column.name}')::${column.type}`,
  );
  return `(${parts.join(', ')})`;
}

/** SQL that puts the highest key first. */
export function keyDescending(change: TableChange, alias: string): string {
  return change.key.map((column) => `${alias}.${column.name} DESC`).join(', ');
}

export function showKey(key: RowKey): string {
  return Object.entries(key)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
