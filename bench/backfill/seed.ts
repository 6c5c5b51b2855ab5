import type pg from 'pg';
import { fillCatalogue, orderIdSql, type Shop } from '../world/shop.ts';

/** One order in so many waits for its payment, all over the table: the load pays them. */
export const unpaidEvery = 10;
const itemsPerOrder = 2;

/** Rows of all tables that a shop of so many orders has. */
export function rowsOf(orders: number): number {
  return orders * (1 + itemsPerOrder) + (orders - Math.floor(orders / unpaidEvery));
}

// Only the old shape: what release 1.0 has left behind.
const ordersSql = `
  INSERT INTO orders (id, customer_id, status, total)
  SELECT ${orderIdSql('n')}, 'customer-' || n % $2,
    CASE WHEN n % ${unpaidEvery} = 0 THEN 'placed' ELSE 'paid' END, 39.98
  FROM generate_series(1, $1::bigint) n`;

const itemsSql = `
  INSERT INTO order_items (order_id, line, sku, quantity, unit_price)
  SELECT ${orderIdSql('n')}, line, 'sku-' || (n + line) % $2, 1, 19.99
  FROM generate_series(1, $1::bigint) n, generate_series(1, ${itemsPerOrder}) line`;

// Numbered like their orders; a payment has the key of its order in another table.
const paymentsSql = `
  INSERT INTO payments
    (id, order_id, customer_id, status, amount, card_token, gateway_charge_id, attempts)
  SELECT ${orderIdSql('n')}, ${orderIdSql('n')}, 'customer-' || n % $2, 'captured', 39.98,
    'tok_visa', 'ch_' || n, 1
  FROM generate_series(1, $1::bigint) n WHERE n % ${unpaidEvery} <> 0`;

/** Fills an empty expanded database with the old shape, and leaves nothing for autovacuum to do. */
export async function seed(db: pg.Client, shop: Shop): Promise<void> {
  await fillCatalogue(db, shop.products);
  await db.query(ordersSql, [shop.orders, shop.customers]);
  await db.query(itemsSql, [shop.orders, shop.products]);
  await db.query(paymentsSql, [shop.orders, shop.customers]);
  await db.query('VACUUM (FREEZE, ANALYZE)');
}
