import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { BackfillRefusedError } from '../src/schema-change/backfill/guard.ts';
import { backfill } from '../src/schema-change/backfill/run.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertInstance, insertOldOrders } from './support/rows.ts';
import { schema, startSchema } from './support/schema-command.ts';
import { until } from './support/wait.ts';

async function done(database: TestDatabase): Promise<number> {
  const { rows } = await database.pool.query<{ done: number }>(
    'SELECT coalesce(sum(rows_done), 0)::bigint AS done FROM backfill_ranges',
  );
  return rows[0]?.done ?? 0;
}

const order = (database: TestDatabase, ...args: string[]) =>
  schema(database.url, 'backfill', ...args);

/** A run in a process of its own, slow enough to be given orders. */
async function slowRun(
  database: TestDatabase,
): Promise<{ child: ChildProcess; code(): Promise<number> }> {
  const child = startSchema(database.url, 'backfill', '--batch', '10', '--limit', '200');
  const closed = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  await until(async () => (await done(database)) > 0, 'the first batch');
  return { child, code: async () => ((await closed) as [number])[0] };
}

describe('orders to a backfill under way', () => {
  it('pause holds it, status says so, resume lets it go on', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 1_000);
    await slowRun(database);
    expect((await order(database, 'pause')).code).toBe(0);
    const paused = async () =>
      (await schema(database.url, 'status')).stdout.includes('paused by an operator');
    await until(paused, 'status shows the pause', 20_000);
    const before = await done(database);
    // Two looks at the end of its pause: what was under way is committed by then.
    expect(await done(database)).toBe(before);
    await order(database, 'resume');
    await until(async () => (await done(database)) > before, 'it goes on');
  });

  it('stop ends it with its own exit code, and a later run goes on from there', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 300);
    const run = await slowRun(database);
    await order(database, 'stop', '--json');
    expect(await run.code()).toBe(4);
    const before = await done(database);
    expect(before).toBeLessThan(1_200);
    const next = await order(database, '--limit', 'off');
    expect(next.code).toBe(0);
    expect(await done(database)).toBe(1_200);
  });

  it('limit holds from the next batch on, in both directions', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 1_000);
    const run = await slowRun(database);
    await order(database, 'limit', '1');
    await until(async () => {
      const status = await schema(database.url, 'status', '--json');
      return JSON.parse(status.stdout).backfillRun.figures.limit === 1;
    }, 'the limit is taken');
    await order(database, 'limit', 'off');
    expect(await run.code()).toBe(0);
  });

  it('Ctrl-C ends it after the batch under way, and it says where it stands', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 300);
    const { child, code } = await slowRun(database);
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.kill('SIGINT');
    expect(await code()).toBe(4);
    expect(said).toMatch(/backfill interrupted at orders \d+\/300, .*goes on from there/);
  });

  it('it ends by itself when an instance comes that does not write the new columns', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 1_000);
    const run = await slowRun(database);
    const { stderr } = run.child;
    let said = '';
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await insertInstance(database.pool, {
      id: 'late',
      release: '1.0',
      phase: 'old',
      seenAgo: -60,
      oldOnlyAgo: -60,
    });
    expect(await run.code()).toBe(3);
    expect(said).toContain('late (release 1.0) is in phase old');
  });
});

describe('after an instance that wrote the old columns alone', () => {
  it('it begins with the first row again', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 100);
    await backfill(database.pool, minorUnits);
    // As 1.0 writes a row that was filled: the new columns stay what they were.
    await database.pool.query('UPDATE orders SET total = total + 1');
    await insertInstance(database.pool, {
      id: 'gone',
      release: '1.0',
      phase: 'old',
      stopped: true,
      oldOnlyAgo: 0,
    });
    const said: string[] = [];
    const again = await backfill(database.pool, minorUnits, {
      observer: { say: (line) => said.push(line) },
    });
    expect(said[0]).toContain('begins with the first row again');
    expect(again.tables.map((table) => table.rowsChanged)).toEqual([100, 0, 0]);
  });
});

describe('the other direction', () => {
  it('fills the old columns from the new ones where the new ones say what is right', async () => {
    const database = await databaseFor('relaxed');
    const { pool } = database;
    await pool.query(
      `INSERT INTO orders (id, customer_id, status, total, total_minor, currency) VALUES
         ('00000000-0000-7000-8000-000000000001', 'a', 'placed', NULL, 500, 'USD'),
         ('00000000-0000-7000-8000-000000000002', 'a', 'placed', 5, 700, 'USD'),
         ('00000000-0000-7000-8000-000000000003', 'a', 'placed', NULL, 900, 'JPY')`,
    );
    const { tables } = await backfill(pool, minorUnits, { direction: 'old' });
    expect(tables[0]?.rowsChanged).toBe(2);
    const { rows } = await pool.query('SELECT total FROM orders ORDER BY id');
    expect(rows.map((row) => row.total)).toEqual(['5.00', '7.00', null]);
  });

  it('is refused while an instance does not write the old columns', async () => {
    const database = await databaseFor('relaxed');
    const seenAgo = -60;
    await insertInstance(database.pool, { id: 'three', release: '3.0', phase: 'new', seenAgo });
    const refused = backfill(database.pool, minorUnits, { direction: 'old' });
    await expect(refused).rejects.toThrow(BackfillRefusedError);
    await backfill(database.pool, minorUnits);
  });
});
