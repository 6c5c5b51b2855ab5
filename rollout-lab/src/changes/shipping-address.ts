import type { Change } from './change.ts';

const shipTo = { street: 'Flat 2, 1 High Street', postcode: 'E1', city: 'London', country: 'GB' };

/** The text of an address becomes a column for each of its parts. */
export const shippingAddress: Change = {
  name: 'shipping-address',
  from: '4.0',
  expand: '5.0',
  relax: '6.0',
  contract: '7.0',
  flags: {
    dualWrite: 'orders.address-dual-write',
    readNew: 'orders.address-read-new',
    shadowCompare: 'orders.address-shadow-compare',
  },
  oldColumns: [['orders', 'shipping_address']],
  newColumns: [
    ['orders', 'ship_street'],
    ['orders', 'ship_postcode'],
    ['orders', 'ship_city'],
    ['orders', 'ship_country'],
  ],
  proof: {
    title: '7.0 takes an address with a comma in its street',
    order: (sku) => ({ shipTo, items: [{ sku, quantity: 1 }] }),
    answer: { shipTo },
  },
  alter: "ship_street = coalesce(ship_street, '') || '1'",
};
