import type { Change } from './change.ts';

/** Decimal money becomes minor units and a currency. */
export const minorUnits: Change = {
  name: 'minor-units',
  from: '1.0',
  expand: '2.0',
  relax: '3.0',
  contract: '4.0',
  flags: {
    dualWrite: 'orders.dual-write',
    readNew: 'orders.read-new',
    shadowCompare: 'orders.shadow-compare',
  },
  oldColumns: [
    ['orders', 'total'],
    ['order_items', 'unit_price'],
    ['payments', 'amount'],
  ],
  newColumns: [
    ['orders', 'total_minor'],
    ['orders', 'currency'],
    ['order_items', 'unit_price_minor'],
    ['order_items', 'currency'],
    ['payments', 'amount_minor'],
    ['payments', 'currency'],
  ],
  proof: {
    title: '4.0 takes an order in yen',
    order: (sku) => ({ currency: 'JPY', items: [{ sku, quantity: 3 }] }),
    answer: { amount: { currency: 'JPY' } },
  },
  alter: 'total_minor = coalesce(total_minor, 0) + 1',
};
