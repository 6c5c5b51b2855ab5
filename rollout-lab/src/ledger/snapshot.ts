import type pg from 'pg';

/** How a table keeps its amounts, by which of the columns are there. */
export interface MoneyTable {
  readonly table: string;
  /** SQL for a row's key as text, for the row's alias. */
  readonly key: (row: string) => string;
  readonly oldColumn: string;
  readonly newColumn: string;
}

export const moneyTables: readonly [MoneyTable, MoneyTable, MoneyTable] = [
  {
    table: 'orders',
    key: (row) => `${row}.id::text`,
    oldColumn: 'total',
    newColumn: 'total_minor',
  },
  {
    table: 'order_items',
    key: (row) => `${row}.order_id || ' line ' || ${row}.line`,
    oldColumn: 'unit_price',
    newColumn: 'unit_price_minor',
  },
  {
    table: 'payments',
    key: (row) => `${row}.id::text`,
    oldColumn: 'amount',
    newColumn: 'amount_minor',
  },
];

/**
 * Keeps what the tables hold before anything is changed, out of the service's sight: afterwards
 * every row must be there with the same amount, in whatever shape.
 */
export async function takeSnapshot(db: pg.Client): Promise<void> {
  await db.query('CREATE SCHEMA lab');
  for (const { table, key, oldColumn } of moneyTables) {
    await db.query(
      `CREATE TABLE lab.before_${table} AS
       SELECT ${key('t')} AS key, (t.${oldColumn} * 100)::bigint AS minor FROM ${table} t`,
    );
    await db.query(`ALTER TABLE lab.before_${table} ADD PRIMARY KEY (key)`);
  }
  await db.query('CREATE TABLE lab.before_stock AS SELECT sku, stock FROM products');
}

/** Which shapes a table has now. */
export async function shapesOf(
  db: pg.Client,
  { table, oldColumn, newColumn }: MoneyTable,
): Promise<{ old: boolean; new: boolean }> {
  const { rows } = await db.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );
  const names = rows.map((row) => row.column_name);
  return { old: names.includes(oldColumn), new: names.includes(newColumn) };
}

/** SQL for a row's amount in minor units, in the shape or shapes that are there. */
export function storedMinor(
  { oldColumn, newColumn }: MoneyTable,
  shapes: { old: boolean; new: boolean },
  row: string,
): string {
  const fromOld = `(${row}.${oldColumn} * 100)::bigint`;
  if (!shapes.new) return fromOld;
  return shapes.old ? `coalesce(${row}.${newColumn}, ${fromOld})` : `${row}.${newColumn}`;
}
