/** A column by which a table is walked in key order, with its type for casts of a cursor. */
export interface KeyColumn {
  readonly name: string;
  readonly type: 'uuid' | 'smallint' | 'bigint' | 'text';
}

/** One new column and what it must hold for a row that has the old shape. */
export interface NewColumn {
  readonly name: string;
  /** SQL over the old column; the only place where the conversion is written. */
  readonly fromOld: string;
}

/** One table of a change: which column goes and which ones come in its place. */
export interface TableChange {
  readonly table: string;
  readonly key: readonly KeyColumn[];
  readonly oldColumn: string;
  readonly newColumns: readonly NewColumn[];
}

/** A schema change as data: backfill, verify, brownout and gate know nothing but this. */
export interface SchemaChange {
  readonly name: string;
  readonly tables: readonly TableChange[];
}

/** SQL that is true for a row whose new columns do not hold what the old one says. */
export function differs(change: TableChange): string {
  return change.newColumns
    .map((column) => `${column.name} IS DISTINCT FROM ${column.fromOld}`)
    .join(' OR ');
}

/** SQL that is true for a row that still has no value in one of the new columns. */
export function unfilled(change: TableChange): string {
  return change.newColumns.map((column) => `${column.name} IS NULL`).join(' OR ');
}

export function keyList(change: TableChange, alias = ''): string {
  const prefix = alias === '' ? '' : `${alias}.`;
  return change.key.map((column) => prefix + column.name).join(', ');
}
