import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { backfill } from '../src/schema-change/backfill/run.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertOldOrders } from './support/rows.ts';
import { schema } from './support/schema-command.ts';

/** All that a backfill may have changed, as one value. */
async function contents({ pool }: TestDatabase): Promise<string> {
  const hash = createHash('sha256');
  for (const { table, key } of minorUnits.tables) {
    const order = key.map(({ name }) => name).join();
    const { rows } = await pool.query(
      `SELECT to_jsonb(t) - 'created_at' - 'updated_at' - 'next_attempt_at' AS row
       FROM ${table} t ORDER BY ${order}`,
    );
    hash.update(JSON.stringify(rows));
  }
  return hash.digest('hex');
}

async function ranges({ pool }: TestDatabase, table: string) {
  const { rows } = await pool.query<{ done: number }>(
    'SELECT rows_done AS done FROM backfill_ranges WHERE table_name = $1 ORDER BY range_no',
    [table],
  );
  return rows.map((row) => row.done);
}

describe('parallel ranges', () => {
  it('fill what one worker fills, each row once', async () => {
    const [serial, parallel] = [await databaseFor('expanded'), await databaseFor('expanded')];
    for (const { pool } of [serial, parallel]) await insertOldOrders(pool, 2_000);
    await backfill(serial.pool, minorUnits, { batchSize: 200 });
    const { tables } = await backfill(parallel.pool, minorUnits, { batchSize: 200, parallel: 3 });
    expect(tables.map(({ rowsDone, rowsChanged }) => [rowsDone, rowsChanged])).toEqual([
      [2_000, 2_000],
      [4_000, 4_000],
      [2_000, 2_000],
    ]);
    expect(await contents(parallel)).toBe(await contents(serial));
  });

  it('are about equal, whatever the keys are like', async () => {
    const database = await databaseFor('expanded');
    // Two clusters of keys, far from each other, and nothing between them.
    await insertOldOrders(database.pool, 8_000, '0');
    await insertOldOrders(database.pool, 8_000, 'f');
    await backfill(database.pool, minorUnits, { parallel: 2 });
    const sizes = await ranges(database, 'order_items');
    expect(sizes).toHaveLength(32);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3 * (32_000 / 32));
  });

  it('are shared by several processes of several workers', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 4_000);
    const args = ['backfill', '--parallel', '2', '--batch', '100', '--json'];
    const both = await Promise.all([schema(database.url, ...args), schema(database.url, ...args)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const done = await ranges(database, 'order_items');
    expect(done.reduce((sum, each) => sum + each)).toBe(8_000);
    const { rows } = await database.pool.query('SELECT FROM orders WHERE total_minor IS NULL');
    expect(rows).toHaveLength(0);
  });

  it('need connections enough', async () => {
    const { pool } = await databaseFor('expanded');
    await expect(backfill(pool, minorUnits, { parallel: 16 })).rejects.toThrow(
      '16 workers need a pool of 18 connections',
    );
  });
});
