import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database, PoolBusyError } from '../src/platform/postgres/database.ts';
import { sqlState } from '../src/platform/postgres/postgres.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { until } from './support/service.ts';

let clone: TestDatabase;
let database: Database;

beforeAll(async () => {
  clone = await cloneDatabase('empty');
  database = createDatabase({ databaseUrl: clone.url, applicationName: 'test', size: 2 });
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});
beforeEach(async () => {
  await clone.pool.query('DROP TABLE IF EXISTS notes');
  await clone.pool.query('CREATE TABLE notes (id integer PRIMARY KEY, price numeric(10,2))');
});

const insert = 'INSERT INTO notes (id, price) VALUES ($1, $2)';

async function ids(): Promise<number[]> {
  const { rows } = await clone.pool.query<{ id: number }>('SELECT id FROM notes ORDER BY id');
  return rows.map((row) => row.id);
}

describe('a transaction', () => {
  it('commits what was awaited and what was deferred', async () => {
    const result = await database.transaction(async (tx) => {
      await tx.query(insert, [1, 1]);
      tx.defer(tx.query(insert, [2, 2]));
      return 'done';
    });
    expect(result).toBe('done');
    expect(await ids()).toEqual([1, 2]);
  });

  it('fails as a whole when something deferred fails, with the first failure', async () => {
    const failing = database.transaction(async (tx) => {
      tx.defer(tx.query(insert, [1, 1]));
      tx.defer(tx.query(insert, [1, 1]));
      tx.defer(tx.query(insert, [3, 3]));
    });
    expect(sqlState(await failing.catch((error: unknown) => error))).toBe('23505');
    expect(await ids()).toEqual([]);
  });

  it('tells the failure of what was deferred, not that a later statement came too late', async () => {
    const failing = database.transaction(async (tx) => {
      tx.defer(tx.query(insert, [1, 'no number']));
      await tx.query(insert, [2, 2]);
    });
    expect(sqlState(await failing.catch((error: unknown) => error))).toBe('22P02');
  });

  it('is rolled back when its work throws, and leaves a connection that can be used', async () => {
    for (let time = 0; time < 5; time += 1) {
      const failing = database.transaction(async (tx) => {
        tx.defer(tx.query(insert, [time, 1]));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
    }
    expect(await ids()).toEqual([]);
    expect(database.connections()).toMatchObject({ idle: database.connections().open, waiting: 0 });
  });

  it('is run again after a deadlock', async () => {
    await clone.pool.query('INSERT INTO notes VALUES (1, 0), (2, 0)');
    const bothHold = Promise.withResolvers<void>();
    let holding = 0;
    const update = 'UPDATE notes SET price = price + 1 WHERE id = $1';
    const move = (first: number, second: number) =>
      database.transaction(async (tx) => {
        await tx.query(update, [first]);
        holding += 1;
        if (holding === 2) bothHold.resolve();
        await bothHold.promise;
        await tx.query(update, [second]);
      });
    await Promise.all([move(1, 2), move(2, 1)]);
    expect(holding).toBe(3);
    const { rows } = await clone.pool.query('SELECT price FROM notes');
    expect(rows).toEqual([{ price: '2.00' }, { price: '2.00' }]);
  });
});

describe('a prepared statement', () => {
  const select = 'SELECT id, price FROM notes WHERE id = $1';

  it('outlives a column that is added, and one that is dropped and that it does not name', async () => {
    await clone.pool.query('INSERT INTO notes VALUES (1, 0)');
    for (const change of ['ADD COLUMN note text', 'DROP COLUMN note']) {
      expect((await database.query(select, [1])).rows).toHaveLength(1);
      await clone.pool.query(`ALTER TABLE notes ${change}`);
    }
    expect((await database.query(select, [1])).rows).toEqual([{ id: 1, price: '0.00' }]);
  });

  it('that asks for every column does not: this is why none does', async () => {
    const client = await clone.pool.connect();
    const named = { name: 'every', text: 'SELECT * FROM notes WHERE id = $1', values: [1] };
    await client.query(named);
    await clone.pool.query('ALTER TABLE notes ADD COLUMN note text');
    const error = await client.query(named).catch((failure: unknown) => failure);
    client.release(true);
    expect(sqlState(error)).toBe('0A000');
  });

  it('whose result has changed its type is prepared anew, on every connection', async () => {
    await clone.pool.query('INSERT INTO notes VALUES (1, 0)');
    const onBoth = () => Promise.all([1, 1].map((id) => database.query(select, [id])));
    await onBoth();
    await clone.pool.query('ALTER TABLE notes ALTER COLUMN price TYPE numeric(12,4)');
    for (const { rows } of await onBoth()) expect(rows).toEqual([{ id: 1, price: '0.0000' }]);
    for (const { rows } of await onBoth()) expect(rows).toEqual([{ id: 1, price: '0.0000' }]);
  });

  it('whose result has changed its type fails without that: this is what is guarded against', async () => {
    const client = await clone.pool.connect();
    const named = { name: 'stale', text: select, values: [1] };
    await client.query(named);
    await clone.pool.query('ALTER TABLE notes ALTER COLUMN price TYPE numeric(12,4)');
    const error = await client.query(named).catch((failure: unknown) => failure);
    client.release(true);
    expect(sqlState(error)).toBe('0A000');
  });

  it('inside a transaction has it run again', async () => {
    await clone.pool.query('INSERT INTO notes VALUES (1, 0)');
    await Promise.all([database.query(select, [1]), database.query(select, [1])]);
    await clone.pool.query('ALTER TABLE notes ALTER COLUMN price TYPE numeric(12,4)');
    const rows = await database.transaction(async (tx) => (await tx.query(select, [1])).rows);
    expect(rows).toEqual([{ id: 1, price: '0.0000' }]);
  });
});

describe('the queue for a connection', () => {
  it('has an end: who comes then is refused at once, and all others are served', async () => {
    const free = Promise.withResolvers<void>();
    const holders = [1, 2].map(() => database.transaction(() => free.promise));
    await until(() => database.connections().idle === 0, 'both connections are in use');
    const queued = Array.from({ length: 400 }, () => database.query('SELECT 1 AS one'));
    expect(database.connections().waiting).toBe(400);
    const refused = await database.query('SELECT 1').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PoolBusyError);
    free.resolve();
    await Promise.all(holders);
    for (const { rows } of await Promise.all(queued)) expect(rows).toEqual([{ one: 1 }]);
  });
});
