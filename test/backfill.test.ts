import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { BackfillRefusedError } from '../src/schema-change/backfill/guard.ts';
import { backfill } from '../src/schema-change/backfill/run.ts';
import { compareNow } from '../src/schema-change/verify/compare-now.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { storeOrder } from './support/orders.ts';
import { phasesIn } from './support/phases.ts';
import { insertInstance, insertOldOrders } from './support/rows.ts';
import { schema, startSchema } from './support/schema-command.ts';

const options = { batchSize: 100, signal: AbortSignal.timeout(120_000) };

async function mismatches(database: TestDatabase): Promise<number> {
  const found = await compareNow(database.pool, minorUnits);
  return found.unfilled + found.different;
}

describe('backfill', () => {
  it('fills every row of every table, to the cent, and nothing twice', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 250);
    expect(await mismatches(database)).toBe(1000);
    const { tables } = await backfill(database.pool, minorUnits, options);
    expect(tables.map((table) => table.rowsChanged)).toEqual([250, 500, 250]);
    expect(await mismatches(database)).toBe(0);
    const again = await backfill(database.pool, minorUnits, { ...options, restart: true });
    expect(again.tables.map((table) => table.rowsChanged)).toEqual([0, 0, 0]);
  });

  it('copes with empty tables and with one row', async () => {
    const database = await databaseFor('expanded');
    await backfill(database.pool, minorUnits, options);
    await insertOldOrders(database.pool, 1);
    await backfill(database.pool, minorUnits, { ...options, restart: true });
    expect(await mismatches(database)).toBe(0);
  });

  it('converts in numeric: what a float would get wrong', async () => {
    const database = await databaseFor('expanded');
    await database.pool.query(
      `INSERT INTO orders (id, customer_id, status, total)
       SELECT gen_random_uuid(), 'alice', 'placed', t
       FROM unnest(ARRAY[0, 0.01, 0.29, 1.1, 19.99, 1.01, 9999999999.99]::numeric[]) t`,
    );
    await backfill(database.pool, minorUnits, options);
    const { rows } = await database.pool.query<{ total_minor: number }>(
      'SELECT total_minor FROM orders ORDER BY total',
    );
    expect(rows.map((row) => row.total_minor)).toEqual([0, 1, 29, 101, 110, 1999, 999_999_999_999]);
  });

  it('resumes after kill -9 at twenty random moments and ends equal', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 4_000);
    let killed = 0;
    while (killed < 20) {
      const child = startSchema(database.url, 'backfill', '--batch', '20', '--limit', '500');
      const closed = once(child, 'close');
      const ended = await Promise.race([closed, sleep(randomInt(300, 900), null)]);
      expect(ended).toBeNull(); // it had not finished, or there would have been nothing to kill
      child.kill('SIGKILL');
      await closed;
      killed += 1;
    }
    expect(await mismatches(database)).toBeGreaterThan(0);
    const last = await schema(database.url, 'backfill', '--limit', 'off', '--json');
    expect(last).toMatchObject({ code: 0 });
    expect(await mismatches(database)).toBe(0);
    const { rows } = await database.pool.query(
      `SELECT sum(rows_done)::int AS rows_done, rows_total::int
       FROM backfill_progress JOIN backfill_ranges USING (change_name, table_name)
       GROUP BY table_name, rows_total ORDER BY table_name`,
    );
    // Each row was walked over once: what a killed batch did was rolled back with its cursor.
    expect(rows.map((row) => [row.rows_done, row.rows_total])).toEqual([
      [8000, 8000],
      [4000, 4000],
      [4000, 4000],
    ]);
  }, 120_000);

  it('goes on from where another one is: two at once share the work', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 2_000);
    const both = await Promise.all([
      schema(database.url, 'backfill', '--batch', '50', '--json'),
      schema(database.url, 'backfill', '--batch', '50', '--json'),
    ]);
    expect(both.map((result) => result.code)).toEqual([0, 0]);
    expect(await mismatches(database)).toBe(0);
    const { rows } = await database.pool.query<{ done: number; changed: number }>(
      'SELECT sum(rows_done)::int AS done, sum(rows_changed)::int AS changed FROM backfill_ranges',
    );
    expect(rows[0]).toEqual({ done: 8_000, changed: 8_000 });
  });

  it('waits for a row that is locked, and then fills it', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 10);
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM orders ORDER BY id LIMIT 1 FOR UPDATE');
    const running = backfill(database.pool, minorUnits, options);
    const waiting = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await database.pool.query(waiting)).rows.length === 0) await sleep(10);
    await holder.query('COMMIT');
    holder.release();
    await running;
    expect(await mismatches(database)).toBe(0);
  });

  it('does not chase rows that come after its start; the service writes them in both shapes', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 300);
    const added: Promise<void>[] = [];
    await backfill(database.pool, minorUnits, {
      ...options,
      observer: { batch: () => added.push(insertBoth(database, added.length)) },
    });
    await Promise.all(added);
    expect(added.length).toBeGreaterThan(3);
    expect(await mismatches(database)).toBe(0);
  });

  it('leaves an order that 1.0 writes afterwards to be found by verify', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 100);
    await backfill(database.pool, minorUnits, options);
    expect((await schema(database.url, 'verify')).code).toBe(0);
    const late = 'f0000000-0000-7000-8000-000000000001';
    const total = { minor: 2000, currency: 'USD' };
    const order = { id: late, customerId: 'bob', total, items: [] };
    await storeOrder(database.pool, phasesIn('old'), order);
    const found = await schema(database.url, 'verify');
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`unfilled: orders id=${late}`);
    expect(found.stdout).toContain('total=20.00');
    await schema(database.url, 'backfill', '--restart');
    expect((await schema(database.url, 'verify')).code).toBe(0);
  });

  it('finds a row whose two shapes say different things, and names it', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 20_050);
    await backfill(database.pool, minorUnits, { ...options, batchSize: 5_000 });
    await database.pool.query(
      `UPDATE order_items SET unit_price_minor = unit_price_minor + 1
       WHERE (order_id, line) = (SELECT order_id, line FROM order_items ORDER BY 1 DESC, 2 DESC LIMIT 1)`,
    );
    const found = await schema(database.url, 'verify', '--json');
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({
      rowsChecked: 80_200,
      unfilled: 0,
      different: 1,
      samples: [{ table: 'order_items', kind: 'different', key: { line: '2' } }],
    });
  });
});

describe('backfill on a relaxed schema', () => {
  it('fills holes only: what a release that has the new shape alone wrote, stays', async () => {
    const database = await databaseFor('relaxed');
    const { pool } = database;
    await pool.query('ALTER TABLE orders DROP CONSTRAINT orders_minor_units_set');
    await pool.query(
      `INSERT INTO orders (id, customer_id, status, total, total_minor, currency) VALUES
         ('00000000-0000-7000-8000-000000000001', 'a', 'placed', 5, NULL, NULL),
         ('00000000-0000-7000-8000-000000000002', 'a', 'placed', 5, 700, 'USD'),
         ('00000000-0000-7000-8000-000000000003', 'a', 'placed', NULL, 900, 'USD')`,
    );
    await backfill(pool, minorUnits, options);
    const { rows } = await pool.query('SELECT total_minor FROM orders ORDER BY id');
    expect(rows.map((row) => row.total_minor)).toEqual([500, 700, 900]);
  });
});

describe('backfill refuses', () => {
  it('while an instance does not write the new columns', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 10);
    await insertInstance(database.pool, {
      id: 'old-one',
      release: '1.0',
      phase: 'old',
      seenAgo: -60,
    });
    const refused = await schema(database.url, 'backfill');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('old-one (release 1.0) is in phase old');
    expect(await mismatches(database)).toBe(40);
  });

  it('not because of an instance that has ended', async () => {
    const database = await databaseFor('expanded');
    await insertInstance(database.pool, { id: 'a', release: '1.0', phase: 'old', stopped: true });
    await insertInstance(database.pool, { id: 'b', release: '1.0', phase: 'old', seenAgo: 60 });
    await backfill(database.pool, minorUnits, options);
  });

  it.each(['baseline', 'contracted', 'empty'] as const)('on schema %s', async (state) => {
    const database = await databaseFor(state);
    await expect(backfill(database.pool, minorUnits, options)).rejects.toThrow(
      BackfillRefusedError,
    );
  });
});

async function insertBoth(database: TestDatabase, n: number): Promise<void> {
  const id = `e0000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const total = { minor: n, currency: 'USD' };
  const order = { id, customerId: 'bob', total, items: [] };
  await storeOrder(database.pool, phasesIn('dual-read-old'), order);
}
