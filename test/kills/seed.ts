import type { Queryable } from '../../src/platform/postgres/postgres.ts';

/** Orders that are there before the change begins, each with two items and a payment. */
export const seededOrders = 10_000;

/** Whose they are: told by it from those that the load places. */
const customer = 'seeded';

const idOf = (i: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${i}), 12, '0'))::uuid`;
/** The number that an id was made of. */
const numberOf = (id: string) => `('x' || right(${id}::text, 12))::bit(48)::bigint`;

/** Every amount follows from its row's key, so that what it was can be told when it is gone. */
const orderCents = (i: string) => `(${i} * 7919 % 1000003)`;
const itemCents = (i: string, line: string) => `((${i} * 31 + ${line}) % 99991)`;

/** A table of the change as this test sees it; nothing of it is read from the code under test. */
export interface Money {
  readonly table: string;
  readonly old: string;
  readonly minor: string;
  /** SQL: whether the row was there before the change began. */
  readonly isSeeded: string;
  /** SQL: what a seeded row's amount is in cents. */
  readonly cents: string;
  readonly seededRows: number;
}

const seededOrder = `order_id IN (SELECT id FROM orders WHERE customer_id = '${customer}')`;

export const money: readonly Money[] = [
  {
    table: 'orders',
    old: 'total',
    minor: 'total_minor',
    isSeeded: `customer_id = '${customer}'`,
    cents: orderCents(numberOf('id')),
    seededRows: seededOrders,
  },
  {
    table: 'order_items',
    old: 'unit_price',
    minor: 'unit_price_minor',
    isSeeded: seededOrder,
    cents: itemCents(numberOf('order_id'), 'line'),
    seededRows: 2 * seededOrders,
  },
  {
    table: 'payments',
    old: 'amount',
    minor: 'amount_minor',
    isSeeded: `customer_id = '${customer}'`,
    cents: orderCents(numberOf('id')),
    seededRows: seededOrders,
  },
];

/** Fills a baseline schema that has the product `sku`. */
export async function seedOrders(db: Queryable, sku: string): Promise<void> {
  await db.query(
    `INSERT INTO orders (id, customer_id, status, total)
     SELECT ${idOf('i')}, '${customer}', 'paid', ${orderCents('i::bigint')}::numeric / 100
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
