import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readState } from '../src/schema-change/schema-state.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { endingOf, readyReplica, sentenceOf } from './support/replica.ts';
import { schema, startSchema } from './support/schema-command.ts';
import { createWorld, environmentFor, type World } from './support/service.ts';
import { id, insertNewOrder, shape } from './support/shape.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const limit = { timeout: 120_000 };

const noted = `UPDATE schema_state SET going_back_to = 'expanded'`;
const filled = 'UPDATE orders SET total = 19.99';
const guarded = `ALTER TABLE orders ADD CONSTRAINT orders_minor_units_old_set
  CHECK (total IS NOT NULL) NOT VALID`;
const proved = ['orders.total', 'order_items.unit_price', 'payments.amount'].map((name) => {
  const [table, column] = name.split('.');
  return `ALTER TABLE ${table} ADD CONSTRAINT ${table}_minor_units_old_set CHECK (${column} IS NOT NULL)`;
});
const lastTakenBack = `DELETE FROM pgmigrations WHERE name = '0004_expand_validate_minor_units'`;

/** Where a rollback from relaxed can have been ended: what it had committed until then. */
const ends: readonly (readonly [string, readonly string[]])[] = [
  ['newcomers were shut out', [noted]],
  ['the rows were filled', [noted, filled]],
  ['one guard of three was there', [noted, filled, guarded]],
  ['every row was proved', [noted, filled, ...proved]],
  ['one migration of two was taken back', [noted, filled, ...proved, lastTakenBack]],
];

/** A database with rows of the new shape alone, in which a rollback was ended after some statements. */
async function endedAfter(statements: readonly string[]): Promise<TestDatabase> {
  const database = await databaseFor('relaxed');
  for (const n of [1, 2, 3]) await insertNewOrder(database, n);
  for (const sql of statements) await database.pool.query(sql);
  return database;
}

describe('a rollback that was ended when', limit, () => {
  it.each(ends)('%s: comes to its end when it is run again', async (_, statements) => {
    const expanded = await shape(await databaseFor('expanded'));
    const database = await endedAfter(statements);
    expect((await schema(database.url, 'status')).stderr).toContain('on its way back');
    const again = await schema(database.url, 'rollback', '--to', 'expanded');
    expect(again).toMatchObject({ code: 0 });
    expect(await shape(database)).toEqual(expanded);
    const { rows } = await database.pool.query('SELECT total FROM orders WHERE id = $1', [id(2)]);
    expect(rows).toEqual([{ total: '19.99' }]);
    expect((await schema(database.url, 'status')).stderr).toBe('');
  });

  it('all was done but the clearing up: does not go one step too far', async () => {
    const expanded = await shape(await databaseFor('expanded'));
    const database = await databaseFor('expanded');
    for (const sql of [noted, ...proved]) await database.pool.query(sql);
    expect((await schema(database.url, 'rollback')).code).toBe(0);
    expect(await shape(database)).toEqual(expanded);
  });

  it('all was done but the clearing up: going forward clears it up', async () => {
    const relaxed = await shape(await databaseFor('relaxed'));
    const database = await databaseFor('expanded');
    for (const sql of [noted, ...proved]) await database.pool.query(sql);
    expect((await schema(database.url, 'verify')).code).toBe(0);
    expect((await schema(database.url, 'expand', '--release', '3.0')).code).toBe(0);
    expect(await shape(database)).toEqual(relaxed);
    await insertNewOrder(database, 1);
  });

  it('it was half done can be cancelled, and cannot be passed over', async () => {
    const relaxed = await shape(await databaseFor('relaxed'));
    const database = await endedAfter([noted, guarded]);
    const contract = await schema(database.url, 'contract');
    expect(contract.code).toBe(1);
    expect(contract.stderr).toContain('minor-units goes back to "expanded"');
    expect((await schema(database.url, 'brownout')).code).toBe(3);
    expect((await schema(database.url, 'rollback', '--cancel')).code).toBe(0);
    expect(await shape(database)).toEqual(relaxed);
    expect(await readState(database.pool, 'minor-units')).toBe('relaxed');
    await insertNewOrder(database, 4);
  });

  it('it was killed at any moment: comes to its end when it is run again', async () => {
    const expanded = await shape(await databaseFor('expanded'));
    for (const afterMs of [400, 550, 700, 850, 1_000]) {
      const database = await endedAfter([]);
      const child = startSchema(database.url, 'rollback', '--to', 'expanded');
      const closed = once(child, 'close');
      await sleep(afterMs); // any moment will do
      child.kill('SIGKILL');
      await closed;
      expect((await schema(database.url, 'rollback', '--to', 'expanded')).code).toBe(0);
      expect(await shape(database)).toEqual(expanded);
    }
  });
});

describe('while a change goes back', limit, () => {
  it('a release that does not run there refuses to start, and one that runs ends', async () => {
    const database = await databaseFor('relaxed');
    const running = await readyReplica(environmentFor(world, database.url, '3.0'));
    await database.pool.query(noted);
    const ending = await endingOf(environmentFor(world, database.url, '3.0'));
    expect(ending.code).toBe(78);
    expect(sentenceOf(ending)).toContain('"relaxed" on its way back to "expanded"');
    expect((await running.ended).code).toBe(78);
    await readyReplica(environmentFor(world, database.url, '2.0'));
  });
});
