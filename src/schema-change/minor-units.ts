import type { SchemaChange, TableChange } from './change.ts';

/** Where a table keeps an amount of money, in both shapes. */
export interface MoneyColumns extends TableChange {
  readonly minorColumn: string;
}

/** The old columns imply this currency; nothing else could be stored in them. */
export const impliedCurrency = 'USD';

// In SQL numeric, never through a float: 19.99 * 100 is 1999 here and 1998.9999999999998 there.
function money(
  table: string,
  key: TableChange['key'],
  oldColumn: string,
  minorColumn: string,
): MoneyColumns {
  return {
    table,
    key,
    oldColumn,
    minorColumn,
    newColumns: [
      { name: minorColumn, fromOld: `(${oldColumn} * 100)::bigint` },
      { name: 'currency', fromOld: `'${impliedCurrency}'` },
    ],
  };
}

export const orderTotal = money('orders', [{ name: 'id', type: 'uuid' }], 'total', 'total_minor');

export const itemPrice = money(
  'order_items',
  [
    { name: 'order_id', type: 'uuid' },
    { name: 'line', type: 'smallint' },
  ],
  'unit_price',
  'unit_price_minor',
);

export const paymentAmount = money(
  'payments',
  [{ name: 'id', type: 'uuid' }],
  'amount',
  'amount_minor',
);

/** The change that is shipped: decimal money becomes minor units plus a currency. */
export const minorUnits: SchemaChange = {
  name: 'minor-units',
  tables: [orderTotal, itemPrice, paymentAmount],
};
