import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { RollingFleet } from './support/rolling-fleet.ts';
import { schema } from './support/schema-command.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';
import { startCustomers } from './support/shop-through.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Runs a schema command until its evidence lets it. */
async function untilDone(database: TestDatabase, ...args: string[]): Promise<void> {
  let said = '';
  const done = async () => {
    const result = await schema(database.url, ...args);
    said = result.stdout + result.stderr;
    if (result.code !== 0) await pause(100);
    return result.code === 0;
  };
  await until(done, `${args.join(' ')} is done`, 60_000).catch((error: Error) => {
    throw new Error(`${error.message}; it said last:\n${said}`);
  });
}

async function refused(database: TestDatabase, ...args: string[]): Promise<void> {
  expect(await schema(database.url, ...args)).toMatchObject({ code: 3 });
}

/** The orders by their id, each with its status; all have the one price that they were told. */
async function storedOrders({ pool }: TestDatabase): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; status: string; total: string }>(
    'SELECT id, status, total FROM orders',
  );
  for (const { total } of rows) expect(total).toBe('19.99');
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** Payments and lines of orders whose money is not what the customers were told. */
async function wrongMoney({ pool }: TestDatabase): Promise<number> {
  const { rows } = await pool.query<{ wrong: number }>(
    `SELECT (SELECT count(*) FROM payments WHERE amount IS DISTINCT FROM 19.99)
       + (SELECT count(*) FROM order_items WHERE unit_price IS DISTINCT FROM 19.99) AS wrong`,
  );
  return rows[0]?.wrong ?? -1;
}

it('a change goes to every state and back under load, and no request fails', {
  timeout: 400_000,
}, async () => {
  const database = await databaseFor('baseline');
  const fleet = new RollingFleet(2, (release) => environmentFor(world, database.url, release));
  await fleet.roll('1.0');
  const customers = startCustomers(fleet.nextUrl, await world.tokens.sign('alice'), 4);
  const { answered } = customers;
  const served = async (release: string) => {
    const before = answered.get(release) ?? 0;
    await until(() => (answered.get(release) ?? 0) > before + 50, `${release} serves`, 60_000);
  };
  const relax = async () => {
    await untilDone(database, 'backfill');
    await untilDone(database, 'verify');
    await untilDone(database, 'expand', '--release', '3.0');
    await fleet.roll('3.0');
    await served('3.0');
  };

  // Expanded, and back.
  await untilDone(database, 'expand', '--release', '2.0');
  await fleet.roll('2.0');
  await refused(database, 'rollback');
  await fleet.roll('1.0');
  await untilDone(database, 'rollback', '--to', 'baseline');
  await served('1.0');

  // Relaxed, with a brownout that has passed, and back.
  world.flags.set('orders.dual-write', { enabled: true });
  await untilDone(database, 'expand', '--release', '2.0');
  await fleet.roll('2.0');
  await relax();
  await untilDone(database, 'brownout', '--window', '1');
  await refused(database, 'rollback', '--check');
  await untilDone(database, 'brownout', '--undo');
  await fleet.roll('2.0');
  await untilDone(database, 'rollback', '--to', 'expanded');
  await fleet.roll('1.0');
  await served('1.0');
  await untilDone(database, 'rollback', '--to', 'baseline');
  await served('1.0');

  // What release 3.0 alone has written is what release 1.0 reads.
  expect(await wrongMoney(database)).toBe(0);

  // And forward again.
  await untilDone(database, 'expand', '--release', '2.0');
  await fleet.roll('2.0');
  await relax();
  await customers.stop();

  expect(customers.failures).toEqual([]);
  expect([...answered.keys()].sort()).toEqual(['1.0', '2.0', '3.0']);
  expect(fleet.log()).not.toMatch(/"level":[56]0|0A000|cached plan/);
  await untilDone(database, 'verify');
  await fleet.roll('2.0');
  await untilDone(database, 'rollback', '--to', 'expanded');
  expect(await storedOrders(database)).toEqual(customers.orders);
  expect(await wrongMoney(database)).toBe(0);
});
