import { describe, expect, it } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { repair } from '../src/schema-change/verify/repair.ts';
import type { TestDatabase } from './support/database.ts';
import { schema } from './support/schema-command.ts';
import { filledDatabase, orderId } from './support/verified.ts';
import { until } from './support/wait.ts';

/** Sets columns of an order. */
const set = (n: number, columns: string) =>
  `UPDATE orders SET ${columns} WHERE id = '${orderId(n)}';`;

async function order(database: TestDatabase, n: number): Promise<unknown> {
  const { rows } = await database.pool.query(
    'SELECT total::text, total_minor, currency FROM orders WHERE id = $1',
    [orderId(n)],
  );
  return rows[0];
}

describe('verify --repair', () => {
  it('on an expanded schema writes the new columns from the old ones, and shows them', async () => {
    const database = await filledDatabase(20);
    await database.pool.query(
      set(3, 'total_minor = 9') + set(4, 'total_minor = NULL, currency = NULL'),
    );
    const done = await schema(database.url, 'verify', '--repair');
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('orders: 2 rows repaired from the old columns, 0 from the new');
    expect(done.stdout).toContain(`orders id=${orderId(3)}: total_minor 9 -> 3`);
    expect(done.stdout).toContain('currency NULL -> USD, total_minor NULL -> 4');
    expect(done.stdout).toContain(' 0 mismatches');
    expect(await order(database, 4)).toEqual({ total: '0.04', total_minor: 4, currency: 'USD' });
  });

  it('on a relaxed schema writes the old columns from the new ones, where there are any', async () => {
    const database = await filledDatabase(20, 'relaxed');
    await database.pool.query(
      set(3, 'total_minor = 900') +
        set(4, 'total_minor = NULL') +
        set(5, `total = NULL, currency = 'JPY'`) +
        set(6, `currency = 'JPY'`),
    );
    const done = await schema(database.url, 'verify', '--repair', '--json');
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      repaired: { tables: [{ table: 'orders', newWritten: 1, oldWritten: 2 }, {}, {}] },
      different: 0,
      unfilled: 0,
    });
    expect(await order(database, 3)).toEqual({ total: '9.00', total_minor: 900, currency: 'USD' });
    expect(await order(database, 4)).toEqual({ total: '0.04', total_minor: 4, currency: 'USD' });
    expect(await order(database, 5)).toEqual({ total: null, total_minor: 5, currency: 'JPY' });
    // The old shape cannot hold it: the row has the new one alone now.
    expect(await order(database, 6)).toEqual({ total: null, total_minor: 6, currency: 'JPY' });
  });

  it('ends with 1 where there is nothing to repair a row from', async () => {
    const database = await filledDatabase(5, 'relaxed');
    await database.pool.query(set(2, 'total = NULL, total_minor = NULL'));
    const done = await schema(database.url, 'verify', '--repair');
    expect(done.code).toBe(1);
    expect(done.stdout).toContain('1 mismatches (1 unfilled, 0 different)');
  });

  it('looks at a row again under its lock: what the service has put right meanwhile, stays', async () => {
    const database = await filledDatabase(2_500);
    await database.pool.query(set(2_400, 'total_minor = 1'));
    const writer = await database.pool.connect();
    await writer.query(`BEGIN; ${set(2_400, 'total = 70, total_minor = 7000')}`);
    const running = repair(database.pool, minorUnits, {
      samples: 5,
      signal: AbortSignal.timeout(60_000),
    });
    const waiting = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const waits = async () => (await database.pool.query(waiting)).rowCount === 1;
    await until(waits, 'the repair waits for the row', 30_000);
    await writer.query('COMMIT');
    writer.release();
    const { tables, samples } = await running;
    expect(tables[0]).toEqual({ table: 'orders', newWritten: 0, oldWritten: 0 });
    expect(samples).toEqual([]);
    expect(await order(database, 2_400)).toMatchObject({ total: '70.00', total_minor: 7000 });
  });

  it('repairs more rows than a batch takes, and shows no more than it is asked for', async () => {
    const database = await filledDatabase(2_500);
    await database.pool.query('UPDATE orders SET total_minor = 1');
    const { tables, samples } = await repair(database.pool, minorUnits, {
      samples: 3,
      signal: AbortSignal.timeout(60_000),
    });
    expect(tables[0]).toMatchObject({ newWritten: 2_499 });
    expect(samples).toHaveLength(3);
  });
});
