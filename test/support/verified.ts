import type pg from 'pg';
import { minorUnits } from '../../src/changes/minor-units/change.ts';
import { type Verification, verify } from '../../src/schema-change/verify/verify.ts';
import { databaseFor, type TestDatabase } from './database.ts';
import { until } from './wait.ts';

/** A row of `insertOldOrders` by its number. */
export function orderId(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** As `insertOldOrders`, in both shapes. */
export async function insertBothShapes(pool: pg.Pool, count: number): Promise<void> {
  const id = `('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`;
  const each = `FROM generate_series(1, ${count}) i`;
  await pool.query(
    `INSERT INTO orders (id, customer_id, status, total, total_minor, currency)
       SELECT ${id}, 'alice', 'paid', i::numeric / 100, i, 'USD' ${each};
     INSERT INTO order_items
       (order_id, line, sku, quantity, unit_price, unit_price_minor, currency)
       SELECT ${id}, line, 'pen', 1, i::numeric / 100, i, 'USD' ${each}, generate_series(1, 2) line;
     INSERT INTO payments
       (id, order_id, customer_id, status, amount, amount_minor, currency, card_token)
       SELECT ${id}, ${id}, 'alice', 'captured', i::numeric / 100, i, 'USD', 'tok' ${each}`,
  );
}

/** A database with orders, their items and payments, in which both shapes of every row agree. */
export async function filledDatabase(
  orders: number,
  state: 'expanded' | 'relaxed' = 'expanded',
): Promise<TestDatabase> {
  const database = await databaseFor('expanded');
  await insertBothShapes(database.pool, orders);
  if (state === 'relaxed') {
    await database.pool.query(
      `ALTER TABLE orders ALTER COLUMN total DROP NOT NULL;
       ALTER TABLE order_items ALTER COLUMN unit_price DROP NOT NULL;
       ALTER TABLE payments ALTER COLUMN amount DROP NOT NULL;
       UPDATE schema_state SET state = 'relaxed' WHERE change_name = 'minor-units'`,
    );
  }
  await until(() => rowsAreOld(database), 'no transaction is older than the rows', 60_000);
  return database;
}

/** Transactions of all the server's databases count for a watermark, other tests' too. */
async function rowsAreOld(database: TestDatabase): Promise<boolean> {
  const { rows } = await database.pool.query<{ older: boolean }>(
    `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >
       (SELECT max(xmin::text::bigint) FROM payments) AS older`,
  );
  return rows[0]?.older === true;
}

/** Compares as the command does. */
export function verifyNow(database: TestDatabase, full = false): Promise<Verification> {
  return verify(database.pool, minorUnits, {
    full,
    samples: 5,
    onProgress: () => {},
    signal: AbortSignal.timeout(120_000),
  });
}
