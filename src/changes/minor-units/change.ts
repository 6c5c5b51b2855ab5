import type { SchemaChange, TableChange } from '../../schema-change/change.ts';

/** Where a table keeps an amount of money, in both shapes. */
export interface MoneyColumns extends TableChange {
  readonly decimalColumn: string;
  readonly minorColumn: string;
}

/** The old columns imply this currency; nothing else could be stored in them. */
export const impliedCurrency = 'USD';

// In SQL numeric, never through a float: 19.99 * 100 is 1999 here and 1998.9999999999998 there.
function money(
  table: string,
  key: TableChange['key'],
  decimalColumn: string,
  minorColumn: string,
): MoneyColumns {
  return {
    table,
    key,
    decimalColumn,
    minorColumn,
    old: [
      {
        name: decimalColumn,
        // Another currency has no place in the old shape.
        from: `CASE WHEN currency = '${impliedCurrency}' THEN ${minorColumn}::numeric / 100 END`,
      },
    ],
    new: [
      { name: minorColumn, from: `(${decimalColumn} * 100)::bigint` },
      { name: 'currency', from: `'${impliedCurrency}'` },
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

/** Decimal money becomes minor units plus a currency. */
export const minorUnits = {
  name: 'minor-units',
  flags: {
    dualWrite: 'orders.dual-write',
    readNew: 'orders.read-new',
    shadowCompare: 'orders.shadow-compare',
  },
  tables: [orderTotal, itemPrice, paymentAmount],
} as const satisfies SchemaChange;
