import type pg from 'pg';

/** What stands in the database, and how its parts are named. The load goes by the same names. */
export interface Shop {
  readonly customers: number;
  /** Many, or the benchmark measures how orders wait for the same row of stock. */
  readonly products: number;
  /** Orders 1 to `orders` are there to be read. */
  readonly orders: number;
}

/** Orders from here on are made to be paid; each is paid once. */
export const firstPayable = 1_000_000_000;

/** UUIDv7-shaped: a fixed moment, and the number. */
export function orderId(n: number): string {
  return `019b0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export const customerId = (n: number): string => `customer-${n}`;

export const sku = (n: number): string => `sku-${n}`;

/** SQL for `orderId` of a number. */
export const orderIdSql = (n: string): string =>
  `('019b0000-0000-7000-8000-' || lpad(to_hex(${n}::bigint), 12, '0'))::uuid`;

// So much that no run empties a shelf.
const fillCatalogueSql = `
  INSERT INTO products (sku, name, stock)
  SELECT 'sku-' || n, 'Product ' || n, 1000000000 FROM generate_series(0, $1 - 1) n`;

// Fractions of a cent in every third price: rounding is part of the work.
const fillPricesSql = `
  INSERT INTO product_prices (sku, currency, price)
  SELECT 'sku-' || n, 'USD', 1 + n % 90 + 0.99 + CASE WHEN n % 3 = 0 THEN 0.005 ELSE 0 END
  FROM generate_series(0, $1 - 1) n`;

const fillOrdersSql = `
  INSERT INTO orders (id, customer_id, status, total, total_minor, currency)
  SELECT ${orderIdSql('n')}, 'customer-' || n % $3, 'placed', 39.98, 3998, 'USD'
  FROM generate_series($1::bigint, $2::bigint) n`;

const fillItemsSql = `
  INSERT INTO order_items (order_id, line, sku, quantity, unit_price, unit_price_minor, currency)
  SELECT ${orderIdSql('n')}, line, 'sku-' || (n + line) % $3, 1, 19.99, 1999, 'USD'
  FROM generate_series($1::bigint, $2::bigint) n, generate_series(1, 2) line`;

/** Orders `from` to `to` with two items each, placed and backfilled: both shapes are there. */
export async function fillOrders(
  db: pg.Client,
  shop: Shop,
  from: number,
  to: number,
): Promise<void> {
  await db.query(fillOrdersSql, [from, to, shop.customers]);
  await db.query(fillItemsSql, [from, to, shop.products]);
}

export async function fillCatalogue(db: pg.Client, products: number): Promise<void> {
  await db.query(fillCatalogueSql, [products]);
  await db.query(fillPricesSql, [products]);
}

/** Fills an empty expanded database. */
export async function fillShop(db: pg.Client, shop: Shop): Promise<void> {
  await fillCatalogue(db, shop.products);
  await fillOrders(db, shop, 1, shop.orders);
  await db.query('VACUUM ANALYZE');
  await db.query('CHECKPOINT');
}
