import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { compareNow } from '../src/schema-change/verify/compare-now.ts';
import type { TestDatabase } from './support/database.ts';
import { filledDatabase, orderId, verifyNow } from './support/verified.ts';

const orders = 1_000;
const rows = 4 * orders;

/** Makes an order wrong. */
const spoil = (n: number) =>
  `UPDATE orders SET total_minor = total_minor + 1 WHERE id = '${orderId(n)}'`;

async function pageOf(database: TestDatabase, n: number): Promise<number> {
  const { rows } = await database.pool.query<{ page: number }>(
    `SELECT split_part(trim(both '()' from ctid::text), ',', 1)::int AS page
     FROM orders WHERE id = $1`,
    [orderId(n)],
  );
  return rows[0]?.page ?? -1;
}

describe('a run after a clean one', () => {
  it('compares what was written since, and knows the rest to be equal', async () => {
    const database = await filledDatabase(orders);
    const first = await verifyNow(database);
    expect(first).toMatchObject({ rowsChecked: rows, rowsKnown: 0, knownSince: null });
    await database.pool.query(`UPDATE orders SET status = 'cancelled' WHERE id = '${orderId(7)}'`);
    await database.pool.query(`DELETE FROM payments WHERE id = '${orderId(8)}'`);
    const second = await verifyNow(database);
    expect(second).toMatchObject({
      rowsChecked: rows - 1,
      rowsKnown: rows - 2,
      knownSince: first.startedAt,
      different: 0,
    });
  });

  it('compares every row when it is asked to', async () => {
    const database = await filledDatabase(10);
    await verifyNow(database);
    expect(await verifyNow(database, true)).toMatchObject({ rowsKnown: 0, knownSince: null });
  });

  it('goes by the last clean run, not by one that found something', async () => {
    const database = await filledDatabase(10);
    const clean = await verifyNow(database);
    await database.pool.query(spoil(3));
    expect(await verifyNow(database)).toMatchObject({ different: 1 });
    expect(await verifyNow(database)).toMatchObject({ different: 1, knownSince: clean.startedAt });
  });

  it.each([
    ['the first row', 1],
    ['one in the middle', orders / 2],
    ['the last one', orders],
  ])('finds that %s was changed', async (_what, n) => {
    const database = await filledDatabase(orders);
    await verifyNow(database);
    await database.pool.query(spoil(n));
    const found = await verifyNow(database);
    expect(found).toMatchObject({ different: 1, rowsKnown: rows - 1 });
    expect(found.samples.map(({ key }) => key)).toEqual([{ id: orderId(n) }]);
  });

  it('finds a row that has moved to another page', async () => {
    const database = await filledDatabase(orders);
    await database.pool.query('VACUUM FULL orders'); // leaves no room on its page
    await verifyNow(database);
    const before = await pageOf(database, 1);
    await database.pool.query(
      `UPDATE orders SET total_minor = 0, customer_id = repeat(md5('1'), 60) || customer_id
       WHERE id = '${orderId(1)}'`,
    );
    expect(await pageOf(database, 1)).not.toBe(before);
    expect(await verifyNow(database)).toMatchObject({ different: 1 });
  });

  it.each([
    ['a transaction', async (_writer: pg.PoolClient) => {}],
    ['a savepoint', async (writer: pg.PoolClient) => void (await writer.query('SAVEPOINT s'))],
  ])('finds what %s wrote before the run and committed after it', async (_what, open) => {
    const database = await filledDatabase(orders);
    const writer = await database.pool.connect();
    await writer.query('BEGIN');
    await open(writer);
    await writer.query(spoil(5));
    expect(await verifyNow(database)).toMatchObject({ different: 0 });
    await writer.query('COMMIT');
    writer.release();
    expect(await verifyNow(database)).toMatchObject({ different: 1, rowsKnown: rows - 1 });
  });

  it('finds what a savepoint wrote after the run in a transaction from before it', async () => {
    const database = await filledDatabase(orders);
    const writer = await database.pool.connect();
    await writer.query(`BEGIN; UPDATE products SET stock = stock - 1 WHERE sku = 'pen'`);
    await verifyNow(database);
    await writer.query(`SAVEPOINT s; ${spoil(5)}; RELEASE s; COMMIT`);
    writer.release();
    expect(await verifyNow(database)).toMatchObject({ different: 1 });
  });

  it.each(['VACUUM (FREEZE) orders', 'VACUUM FULL orders', 'CLUSTER orders USING orders_pkey'])(
    'still knows the rows after %s',
    async (command) => {
      const database = await filledDatabase(orders);
      await verifyNow(database);
      await database.pool.query(command);
      expect(await verifyNow(database)).toMatchObject({ rowsKnown: rows });
    },
  );
});

/** After each of these the rows look as if nobody had written them. */
const deceptions: { readonly what: string; readonly plant: string; readonly wrong: number }[] = [
  {
    what: 'the new columns were dropped and added anew',
    plant: `ALTER TABLE orders DROP COLUMN total_minor;
      ALTER TABLE orders ADD COLUMN total_minor bigint`,
    wrong: orders,
  },
  {
    what: 'another table has taken the name',
    plant: `ALTER TABLE orders RENAME TO orders_before; ALTER TABLE swapped RENAME TO orders`,
    wrong: orders,
  },
  {
    what: 'older rows were attached',
    plant: 'ALTER TABLE swapped INHERIT orders',
    wrong: orders,
  },
  {
    what: 'the runs come from a cluster with other transactions',
    plant: `${spoil(1)}; UPDATE verification_runs SET watermark = '9000000000'`,
    wrong: 1,
  },
];

describe('an earlier run is not believed when', () => {
  it.each(deceptions)('$what', async ({ plant, wrong }) => {
    const database = await filledDatabase(orders);
    await database.pool.query(
      `CREATE TABLE swapped (LIKE orders INCLUDING ALL);
       INSERT INTO swapped (id, customer_id, status, total)
         SELECT id, customer_id, status, total FROM orders`,
    );
    await verifyNow(database);
    await database.pool.query(plant);
    expect((await compareNow(database.pool, minorUnits)).rowsKnown).toBe(0);
    const found = await verifyNow(database);
    expect(found.unfilled + found.different).toBe(wrong);
    expect(found).toMatchObject({ rowsKnown: 0, knownSince: null });
  });
});

describe('the comparison that a gate makes', () => {
  it('goes by the last clean run, sees what it did not, and keeps nothing', async () => {
    const database = await filledDatabase(orders);
    const first = await verifyNow(database);
    await database.pool.query(spoil(3));
    const found = await compareNow(database.pool, minorUnits);
    expect(found).toMatchObject({ different: 1, rowsKnown: rows - 1, knownSince: first.startedAt });
    const kept = await database.pool.query('SELECT FROM verification_runs');
    expect(kept.rowCount).toBe(1);
  });
});
