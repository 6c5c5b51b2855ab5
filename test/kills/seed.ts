import type { Queryable } from '../../src/platform/postgres/postgres.ts';

/** Orders that are there before the changes begin, each with two items and a payment. */
export const seededOrders = 10_000;

/** Whose they are: told by it from those that the load places. */
const customer = 'seeded';

const idOf = (i: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${i}), 12, '0'))::uuid`;
/** The number that an id was made of. */
const numberOf = (id: string) => `('x' || right(${id}::text, 12))::bit(48)::bigint`;

/** What is stored follows from a row's key, so that what it was can be told when it is gone. */
const orderCents = (i: string) => `(${i} * 7919 % 1000003)`;
const itemCents = (i: string, line: string) => `((${i} * 31 + ${line}) % 99991)`;
/** Every tenth order is sent nowhere. */
const parts = (i: string) => ({
  ship_street: `${i} || ' High Street'`,
  ship_postcode: `'P' || ${i} % 977`,
  ship_city: `'Town ' || ${i} % 89`,
  ship_country: `(ARRAY['GB', 'US', 'DE'])[1 + ${i} % 3]`,
});
const addressOf = (i: string) =>
  `CASE WHEN ${i} % 10 = 0 THEN '' ELSE concat_ws(', ', ${Object.values(parts(i)).join(', ')}) END`;

/** The changes by their names. */
export type ChangeName = 'minor-units' | 'shipping-address';

/**
 * A table of a change as this test sees it: written down once more, and not as the code under test
 * does it, so that a mistake there is not repeated here.
 */
export interface Shapes {
  readonly change: ChangeName;
  readonly table: string;
  readonly old: string;
  readonly new: readonly string[];
  /** SQL: whether both shapes say the same. */
  readonly equal: string;
  /** SQL: whether the row was there before the change began. */
  readonly isSeeded: string;
  /** SQL: whether a seeded row says in its old, and in its new shape, what it said then. */
  readonly asSeeded: { readonly old: string; readonly new: string };
  readonly seededRows: number;
}

function money(
  table: string,
  [old, minor]: readonly [string, string],
  rows: { isSeeded: string; cents: string; seededRows: number },
): Shapes {
  return {
    change: 'minor-units',
    table,
    old,
    new: [minor, 'currency'],
    equal: `(currency = 'USD' AND ${old} = ${minor} / 100.0)`,
    isSeeded: rows.isSeeded,
    asSeeded: {
      old: `(${old} = ${rows.cents} / 100.0)`,
      new: `(${minor} = ${rows.cents} AND currency = 'USD')`,
    },
    seededRows: rows.seededRows,
  };
}

const ofSeededOrder = `order_id IN (SELECT id FROM orders WHERE customer_id = '${customer}')`;
const ofCustomer = `customer_id = '${customer}'`;
const cents = orderCents(numberOf('id'));
const address = addressOf(numberOf('id'));
const together = `CASE WHEN ship_country = '' THEN ''
  ELSE concat_ws(', ', ship_street, ship_postcode, ship_city, ship_country) END`;

export const shapes: readonly Shapes[] = [
  money('orders', ['total', 'total_minor'], {
    isSeeded: ofCustomer,
    cents,
    seededRows: seededOrders,
  }),
  money('order_items', ['unit_price', 'unit_price_minor'], {
    isSeeded: ofSeededOrder,
    cents: itemCents(numberOf('order_id'), 'line'),
    seededRows: 2 * seededOrders,
  }),
  money('payments', ['amount', 'amount_minor'], {
    isSeeded: ofCustomer,
    cents,
    seededRows: seededOrders,
  }),
  {
    change: 'shipping-address',
    table: 'orders',
    old: 'shipping_address',
    new: ['ship_street', 'ship_postcode', 'ship_city', 'ship_country'],
    equal: `(shipping_address = ${together})`,
    isSeeded: ofCustomer,
    asSeeded: { old: `(shipping_address = ${address})`, new: `((${together}) = ${address})` },
    seededRows: seededOrders,
  },
];

/** Fills a baseline schema that has the product `sku`. */
export async function seedOrders(db: Queryable, sku: string): Promise<void> {
  await db.query(
    `INSERT INTO orders (id, customer_id, status, total, shipping_address)
     SELECT ${idOf('i')}, '${customer}', 'paid', ${orderCents('i::bigint')}::numeric / 100,
       ${addressOf('i::bigint')}
     FROM generate_series(1, ${seededOrders}) AS i`,
  );
  await db.query(
    `INSERT INTO order_items (order_id, line, sku, quantity, unit_price)
     SELECT ${idOf('i')}, line, $1, 1, ${itemCents('i::bigint', 'line')}::numeric / 100
     FROM generate_series(1, ${seededOrders}) AS i, generate_series(1, 2) AS line`,
    [sku],
  );
  await db.query(
    `INSERT INTO payments (id, order_id, customer_id, status, amount, card_token)
     SELECT ${idOf('i')}, ${idOf('i')}, '${customer}', 'captured',
       ${orderCents('i::bigint')}::numeric / 100, 'tok'
     FROM generate_series(1, ${seededOrders}) AS i`,
  );
}
