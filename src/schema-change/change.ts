/** A column by which a table is walked in key order, with its type for casts of a cursor. */
export interface KeyColumn {
  readonly name: string;
  readonly type: 'uuid' | 'smallint' | 'bigint' | 'text';
}

/** A column of one shape and what it must hold for a row that has the other shape. */
export interface Column {
  readonly name: string;
  /** SQL over the columns of the other shape; the only place where the conversion is written. */
  readonly from: string;
}

type Columns = readonly [Column, ...Column[]];

/**
 * One table of a change: which columns go and which ones come in their place. A row has the old
 * shape when none of its old columns is NULL, and the new one when none of its new columns is:
 * a column that may be NULL for another reason needs a value that says so, such as ''.
 */
export interface TableChange {
  readonly table: string;
  readonly key: readonly KeyColumn[];
  readonly old: Columns;
  readonly new: Columns;
}

/** The flags by which a change is moved through its phases. */
export interface ChangeFlags {
  /** On: both shapes are written. */
  readonly dualWrite: string;
  /** The share of customers whose reads take the new shape. */
  readonly readNew: string;
  /** The share of reads that read both shapes and compare them. */
  readonly shadowCompare: string;
}

/** A schema change as data: backfill, verify, brownout and gate know nothing but this. */
export interface SchemaChange<Name extends string = string> {
  readonly name: Name;
  readonly flags: ChangeFlags;
  readonly tables: readonly TableChange[];
}

/** SQL that is true for a row whose new columns do not hold what the old ones say. */
export function differs(change: TableChange): string {
  return change.new.map(({ name, from }) => `${name} IS DISTINCT FROM ${from}`).join(' OR ');
}

/** SQL that is true for a row that has the old shape. */
export function hasOld(change: TableChange, alias = ''): string {
  return filled(change.old, alias);
}

/** SQL that is true for a row that still has no value in one of the new columns. */
export function unfilled(change: TableChange): string {
  return change.new.map(({ name }) => `${name} IS NULL`).join(' OR ');
}

export function keyList(change: TableChange, alias = ''): string {
  return change.key.map(({ name }) => prefixed(alias, name)).join(', ');
}

function filled(columns: Columns, alias: string): string {
  return columns.map(({ name }) => `${prefixed(alias, name)} IS NOT NULL`).join(' AND ');
}

function prefixed(alias: string, name: string): string {
  return alias === '' ? name : `${alias}.${name}`;
}
