import {
  itemPrice,
  type Kept,
  orderAddress,
  orderTotal,
  paymentAmount,
  shapesOf,
} from '../ledger/kept.ts';
import { SEEDED_SQL, type SeededSpec } from '../load/seeded-orders.ts';
import type { Db } from './db.ts';

export interface Shop {
  readonly seeded: SeededSpec;
  readonly skus: readonly string[];
}

const productCount = 500;
/** So much that no run empties a shelf: an order refused for stock would count as failed. */
const stock = 10_000_000;

/** Customer ids by index; what the seeded orders and the load have in common. */
export function customerId(index: number): string {
  return `customer-${String(index).padStart(5, '0')}`;
}

const customerSql = (customers: number): string =>
  `'customer-' || lpad(${SEEDED_SQL.customer(customers)}::text, 5, '0')`;

/**
 * Fills a schema as years of trade would have: products with prices, and orders with items and
 * payments, in the shape that the release before the change writes.
 */
export async function seedShop(db: Db, seeded: SeededSpec): Promise<Shop> {
  await db.query(
    `INSERT INTO products (sku, name, stock)
     SELECT 'sku-' || lpad(n::text, 4, '0'), 'Product ' || n, $2 FROM generate_series(0, $1 - 1) n`,
    [productCount, stock],
  );
  await db.query(
    `INSERT INTO product_prices (sku, currency, price)
     SELECT sku, 'USD', 0.5 + (substr(sku, 5)::int * 37 % 9000) / 100.0 FROM products
     UNION ALL SELECT sku, 'JPY', 100 + substr(sku, 5)::int * 7 % 9000 FROM products`,
  );
  await db.query(await ordersSql(db, seeded), [seeded.count]);
  await db.query(await itemsSql(db), [seeded.count]);
  await db.query(await paymentsSql(db, seeded), [seeded.count]);
  // A table that has been in use for years has its statistics and its visibility map.
  await db.query('VACUUM ANALYZE');
  await db.query('CHECKPOINT');
  const { rows } = await db.query<{ sku: string }>('SELECT sku FROM products ORDER BY sku');
  return { seeded, skus: rows.map((row) => row.sku) };
}

interface Written {
  readonly columns: string;
  readonly values: string;
}

/** Columns and values of an INSERT, in the oldest shape that the schema has. */
async function writing(db: Db, kept: Kept, value: string): Promise<Written> {
  const shapes = await shapesOf(db, kept);
  const pairs = Object.entries(shapes.old ? kept.toOld(value) : kept.toNew(value));
  return {
    columns: pairs.map(([column]) => column).join(', '),
    values: pairs.map(([, sql]) => sql).join(', '),
  };
}

async function ordersSql(db: Db, seeded: SeededSpec): Promise<string> {
  const total = await writing(db, orderTotal, SEEDED_SQL.totalMinor);
  const address = await writing(db, orderAddress, SEEDED_SQL.address);
  return `
    INSERT INTO orders (id, customer_id, status, ${total.columns}, ${address.columns}, created_at)
    SELECT ${SEEDED_SQL.orderId}, ${customerSql(seeded.customers)},
      CASE WHEN ${SEEDED_SQL.isPaid} THEN 'paid' ELSE 'placed' END,
      ${total.values}, ${address.values}, ${SEEDED_SQL.createdAt}
    FROM generate_series(1, $1::int) i`;
}

async function itemsSql(db: Db): Promise<string> {
  const unit = await writing(db, itemPrice, SEEDED_SQL.unitMinor);
  return `
    INSERT INTO order_items (order_id, line, sku, quantity, ${unit.columns})
    SELECT ${SEEDED_SQL.orderId}, line,
      'sku-' || lpad(${SEEDED_SQL.skuIndex(productCount)}::text, 4, '0'),
      ${SEEDED_SQL.quantity}, ${unit.values}
    FROM generate_series(1, $1::int) i, generate_series(1, ${SEEDED_SQL.lineCount}) line`;
}

async function paymentsSql(db: Db, seeded: SeededSpec): Promise<string> {
  const amount = await writing(db, paymentAmount, SEEDED_SQL.totalMinor);
  return `
    INSERT INTO payments (id, order_id, customer_id, status, ${amount.columns}, card_token,
      gateway_charge_id, created_at)
    SELECT ${SEEDED_SQL.paymentId}, ${SEEDED_SQL.orderId}, ${customerSql(seeded.customers)},
      'captured', ${amount.values}, 'tok_visa', 'before-' || i, ${SEEDED_SQL.createdAt}
    FROM generate_series(1, $1::int) i WHERE ${SEEDED_SQL.isPaid}`;
}
