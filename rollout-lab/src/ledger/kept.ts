import type { Db } from '../world/db.ts';

/** A value that a row has in one of two shapes, or in both. */
export interface Kept {
  readonly table: string;
  /** What it is called beside the tables: `lab.before_<table>_<value>`, and in what was told. */
  readonly value: 'minor' | 'address';
  /** SQL for a row's key as text, for the row's alias. */
  readonly key: (row: string) => string;
  readonly oldColumn: string;
  /** NULL in a row that has the old shape alone. */
  readonly newColumn: string;
  /** SQL for the value, for the row's alias, in each of the shapes. */
  readonly fromOld: (row: string) => string;
  readonly fromNew: (row: string) => string;
  /** The columns that hold a value, given as SQL, in each of the shapes. */
  readonly toOld: (value: string) => Readonly<Record<string, string>>;
  readonly toNew: (value: string) => Readonly<Record<string, string>>;
}

export interface Shapes {
  readonly old: boolean;
  readonly new: boolean;
}

const byId = (row: string) => `${row}.id::text`;

/** An amount, in minor units. */
function money(table: string, key: Kept['key'], oldColumn: string, newColumn: string): Kept {
  return {
    table,
    value: 'minor',
    key,
    oldColumn,
    newColumn,
    fromOld: (row) => `(${row}.${oldColumn} * 100)::bigint`,
    fromNew: (row) => `${row}.${newColumn}`,
    toOld: (value) => ({ [oldColumn]: `${value}::numeric / 100` }),
    toNew: (value) => ({ [newColumn]: value, currency: "'USD'" }),
  };
}

export const orderTotal = money('orders', byId, 'total', 'total_minor');

export const itemPrice = money(
  'order_items',
  (row) => `${row}.order_id || ' line ' || ${row}.line`,
  'unit_price',
  'unit_price_minor',
);

export const paymentAmount = money('payments', byId, 'amount', 'amount_minor');

const parts = ['ship_street', 'ship_postcode', 'ship_city', 'ship_country'];

/** Where an order is sent, as one text; '' for nowhere. */
export const orderAddress: Kept = {
  table: 'orders',
  value: 'address',
  key: byId,
  oldColumn: 'shipping_address',
  newColumn: 'ship_street',
  fromOld: (row) => `${row}.shipping_address`,
  fromNew: (row) => `CASE WHEN ${row}.ship_street = '' THEN ''
    ELSE ${parts.map((part) => `${row}.${part}`).join(" || ', ' || ")} END`,
  toOld: (value) => ({ shipping_address: value }),
  toNew: (value) =>
    Object.fromEntries(parts.map((part, n) => [part, `split_part(${value}, ', ', ${n + 1})`])),
};

/** Everything that a change moves from one shape to another. */
export const allKept: readonly Kept[] = [orderTotal, itemPrice, paymentAmount, orderAddress];

/** Which shapes a table has now. */
export async function shapesOf(db: Db, { table, oldColumn, newColumn }: Kept): Promise<Shapes> {
  const { rows } = await db.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );
  const names = rows.map((row) => row.column_name);
  return { old: names.includes(oldColumn), new: names.includes(newColumn) };
}

/** The shape that customers are answered from where a row has both. */
export type AnsweredFrom = 'old' | 'new';

/** SQL for a row's value in the shape or shapes that are there. */
export function storedValue(
  kept: Kept,
  shapes: Shapes,
  row: string,
  answeredFrom: AnsweredFrom = 'new',
): string {
  if (!shapes.new) return kept.fromOld(row);
  if (!shapes.old) return kept.fromNew(row);
  if (answeredFrom === 'old') return `coalesce(${kept.fromOld(row)}, ${kept.fromNew(row)})`;
  return `CASE WHEN ${row}.${kept.newColumn} IS NULL THEN ${kept.fromOld(row)}
    ELSE ${kept.fromNew(row)} END`;
}

/** The name of the copy of a value from before the run. */
export function beforeTable({ table, value }: Kept): string {
  return `lab.before_${table}_${value}`;
}
