import type pg from 'pg';
import { SEEDED_SQL, type SeededSpec } from '../load/seeded-orders.ts';

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
 * Fills the baseline schema as years of trade would have: products with prices, and orders with
 * items and payments in the old shape.
 */
export async function seedShop(db: pg.Client, seeded: SeededSpec): Promise<Shop> {
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
  await db.query(
    `INSERT INTO orders (id, customer_id, status, total, created_at)
     SELECT ${SEEDED_SQL.orderId}, ${customerSql(seeded.customers)},
       CASE WHEN ${SEEDED_SQL.isPaid} THEN 'paid' ELSE 'placed' END,
       ${SEEDED_SQL.totalMinor}::numeric / 100, ${SEEDED_SQL.createdAt}
     FROM generate_series(1, $1::int) i`,
    [seeded.count],
  );
  await db.query(
    `INSERT INTO order_items (order_id, line, sku, quantity, unit_price)
     SELECT ${SEEDED_SQL.orderId}, line,
       'sku-' || lpad(${SEEDED_SQL.skuIndex(productCount)}::text, 4, '0'),
       ${SEEDED_SQL.quantity}, ${SEEDED_SQL.unitMinor}::numeric / 100
     FROM generate_series(1, $1::int) i, generate_series(1, ${SEEDED_SQL.lineCount}) line`,
    [seeded.count],
  );
  await db.query(
    `INSERT INTO payments (id, order_id, customer_id, status, amount, card_token,
       gateway_charge_id, created_at)
     SELECT ${SEEDED_SQL.paymentId}, ${SEEDED_SQL.orderId}, ${customerSql(seeded.customers)},
       'captured', ${SEEDED_SQL.totalMinor}::numeric / 100, 'tok_visa', 'before-' || i,
       ${SEEDED_SQL.createdAt}
     FROM generate_series(1, $1::int) i WHERE ${SEEDED_SQL.isPaid}`,
    [seeded.count],
  );
  // A table that has been in use for years has its statistics and its visibility map.
  await db.query('VACUUM ANALYZE');
  await db.query('CHECKPOINT');
  const { rows } = await db.query<{ sku: string }>('SELECT sku FROM products ORDER BY sku');
  return { seeded, skus: rows.map((row) => row.sku) };
}
