import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { schema } from '../support/schema-command.ts';
import { readFacts } from './facts.ts';
import { type Expected, invariants, locks } from './invariants.ts';
import { seedOrders } from './seed.ts';

/** Here nobody lets go while it is waited: the run gives the server 20 s to notice an end. */
const impatient = [locks(100), ...invariants.slice(1)];

let database: TestDatabase;
let db: pg.Client;
let expected: Expected;

async function connect(name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url, application_name: name });
  await client.connect();
  return client;
}

/** A relaxed schema with rows in it, after an undisturbed backfill. */
beforeAll(async () => {
  database = await cloneDatabase('expanded');
  db = await connect('kills');
  await seedOrders(db, 'pen');
  for (const args of [['backfill'], ['verify'], ['expand', '--release', '3.0']]) {
    expect((await schema(database.url, ...args)).code).toBe(0);
  }
  expected = {
    schemas: [await readFacts(db)],
    change: 'minor-units',
    rows: ['filled'],
    after: 'end',
  };
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

/** The names of those that do not hold, with what is said of them. */
async function broken(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, look } of impatient) {
    const wrong = await look(db, expected);
    if (wrong.length > 0) found[name] = wrong.join('; ');
  }
  return found;
}

/** What is planted, and which invariants have to find it; nothing else may be found. */
const inSchema: readonly (readonly [string, string, Readonly<Record<string, RegExp>>])[] = [
  [
    'a constraint that nobody validated',
    'ALTER TABLE orders ADD CONSTRAINT planted CHECK (total_minor >= 0) NOT VALID',
    {
      'schema is exactly before or after': /unexpected: constraint orders\.planted/,
      'no constraint left unvalidated': /orders\.planted/,
    },
  ],
  [
    'a lone REVOKE',
    'REVOKE INSERT (unit_price) ON order_items FROM scaleretail_api',
    {
      'schema is exactly before or after': /missing: right INSERT on order_items\.unit_price/,
      'no half-revoked right': /SELECT on order_items\.unit_price/,
    },
  ],
  [
    'rights that are gone from one of three tables',
    'REVOKE SELECT (amount), INSERT (amount) ON payments FROM scaleretail_api',
    {
      'schema is exactly before or after': /missing: right SELECT on payments\.amount/,
      'no half-revoked right': /no right on payments\.amount/,
    },
  ],
  [
    'a column of a step that was not done',
    'ALTER TABLE payments ADD COLUMN half_done int',
    { 'schema is exactly before or after': /unexpected: column payments\.half_done integer/ },
  ],
  [
    'a migration that is done and not noted',
    `DELETE FROM pgmigrations WHERE name LIKE '0004%'`,
    { 'schema is exactly before or after': /missing: migration 0004_expand_validate_minor_units/ },
  ],
  [
    'a row with another value',
    `UPDATE payments SET amount_minor = amount_minor + 1 WHERE id = (SELECT id FROM payments LIMIT 1)`,
    { 'every row says the same in both shapes': /^1 rows of payments are not "filled": \{/ },
  ],
  [
    'a row whose two shapes were changed alike',
    `UPDATE orders SET total_minor = total_minor + 100, total = total + 1
     WHERE id = (SELECT id FROM orders LIMIT 1)`,
    { 'every row says the same in both shapes': /^1 rows of orders are not "filled"/ },
  ],
  [
    'a row that is gone',
    'DELETE FROM payments WHERE id = (SELECT id FROM payments LIMIT 1)',
    { 'every row says the same in both shapes': /payments has lost rows/ },
  ],
];

describe('the invariants', () => {
  it('hold when nothing is wrong', async () => {
    expect(await broken()).toEqual({});
  });

  it.each(inSchema)('find %s', async (_what, plant, told) => {
    await db.query('BEGIN');
    onTestFinished(() => void db.query('ROLLBACK'));
    await db.query(plant);
    const found = await broken();
    expect(Object.keys(found)).toEqual(Object.keys(told));
    for (const [name, words] of Object.entries(told)) expect(found[name]).toMatch(words);
  });

  it('find an index that a concurrent build has left invalid', async () => {
    const build = 'CREATE UNIQUE INDEX CONCURRENTLY planted ON orders (customer_id)';
    await expect(db.query(build)).rejects.toThrow('could not create unique index');
    onTestFinished(() => void db.query('DROP INDEX planted'));
    expect(await broken()).toMatchObject({
      'schema is exactly before or after': expect.stringContaining('INVALID'),
      'no invalid index': 'planted',
    });
  });

  it('find an advisory lock, whoever holds it', async () => {
    await db.query('SELECT pg_advisory_lock(1)');
    onTestFinished(() => void db.query('SELECT pg_advisory_unlock(1)'));
    const { 'no lock left': found, ...others } = await broken();
    expect(found).toMatch(/^advisory lock of process \d+$/);
    expect(others).toEqual({});
  });

  it('find a session that was left behind, with the locks that it holds', async () => {
    const left = await connect('scaleretail/schema');
    onTestFinished(() => left.end());
    expect((await broken())['no lock left']).toMatch(/^process \d+ is still connected$/);
    await left.query('BEGIN; LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE');
    expect((await broken())['no lock left']).toMatch(
      /process \d+ \(scaleretail\/schema\) holds ShareUpdateExclusiveLock on orders/,
    );
  });

  it('wait for a session that is about to end', async () => {
    const ending = await connect('scaleretail/schema');
    const looking = locks(20_000).look(db, expected);
    await ending.end();
    expect(await looking).toEqual([]);
  });
});
