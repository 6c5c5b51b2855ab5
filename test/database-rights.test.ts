import { createLogin } from '@scaleretail/embedded/login';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { excessRights } from '../src/platform/postgres/login-rights.ts';
import { createPool, sqlState } from '../src/platform/postgres/postgres.ts';
import { serviceRole } from '../src/schema-change/brownout.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { endingOf, readyReplica, sentenceOf } from './support/replica.ts';
import { insertOldOrders } from './support/rows.ts';
import { createWorld, environmentFor, type World } from './support/service.ts';

let database: TestDatabase;
let world: World;
/** As the service opens it. */
let pool: pg.Pool;

beforeAll(async () => {
  world = await createWorld();
  database = await cloneDatabase('expanded');
  await insertOldOrders(database.pool, 3);
  pool = poolFor(database.serviceUrl);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
  await world.close();
});

function poolFor(databaseUrl: string): pg.Pool {
  return createPool({ databaseUrl, applicationName: 'rights', size: 1, role: serviceRole });
}

/** The code that a statement is refused with, after others that lead up to it; "done" if it is not. */
async function refusal(on: pg.Pool, statement: string, before = ''): Promise<string | undefined> {
  const client = await on.connect();
  try {
    await client.query(before);
    return await client.query(statement).then(
      () => 'done',
      (error: unknown) => sqlState(error),
    );
  } finally {
    await client.query('ROLLBACK; RESET ROLE');
    client.release();
  }
}

const denied = '42501'; // insufficient_privilege

const forbidden: readonly string[] = [
  'CREATE TABLE loot (id int)',
  'CREATE TEMPORARY TABLE loot (id int)',
  'CREATE SCHEMA loot',
  'CREATE DATABASE loot',
  'CREATE EXTENSION file_fdw',
  'CREATE ROLE loot SUPERUSER',
  'ALTER ROLE scaleretail_api SUPERUSER',
  "CREATE FUNCTION loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  'CREATE TRIGGER loot AFTER INSERT ON orders EXECUTE FUNCTION suppress_redundant_updates_trigger()',
  'ALTER TABLE orders ADD COLUMN loot int',
  'ALTER TABLE orders DISABLE TRIGGER ALL',
  'ALTER TABLE orders OWNER TO scaleretail_api',
  'GRANT UPDATE ON orders TO scaleretail_api',
  'DROP TABLE orders',
  'DROP INDEX payments_one_live_per_order',
  'TRUNCATE orders CASCADE',
  'DELETE FROM orders',
  'DELETE FROM payments',
  'UPDATE orders SET total = 0.01',
  'UPDATE orders SET total_minor = 1',
  "UPDATE orders SET customer_id = 'mallory'",
  'UPDATE payments SET amount = 0.01',
  'UPDATE order_items SET quantity = 1',
  "UPDATE schema_state SET oldest_release = '1.0'",
  'SELECT rolpassword FROM pg_authid',
  "COPY orders TO PROGRAM 'cat'",
  "COPY products FROM '/etc/passwd'",
  "SELECT pg_read_file('postgresql.conf')",
  "SELECT lo_import('/etc/passwd')",
  'ALTER SYSTEM SET log_statement = none',
  'SET SESSION AUTHORIZATION postgres',
  'SET ROLE postgres',
];

describe('the service’s sessions may not', () => {
  it.each(forbidden)('%s', async (statement) => {
    expect(await refusal(pool, statement)).toBe(denied);
    // Nor with the rights of the login itself.
    expect(await refusal(pool, statement, 'SET ROLE NONE')).toBe(denied);
    expect(await refusal(pool, statement, 'RESET ROLE')).toBe(denied);
  });

  it('the proof can fail: a superuser’s session need only leave its role', async () => {
    const owner = poolFor(database.url);
    onTestFinished(() => owner.end());
    for (const statement of forbidden) {
      const answer = await refusal(owner, statement, 'BEGIN; SET ROLE NONE');
      expect(answer, statement).not.toBe(denied);
    }
    const kept = 'UPDATE orders SET total = 0.01';
    expect(await refusal(owner, kept, 'BEGIN')).toBe(denied);
    expect(await refusal(owner, kept, 'BEGIN; SET ROLE NONE')).toBe('done');
  });
});

describe('a login', () => {
  it('of the service may nothing beyond its role', async () => {
    expect(await excessRights(pool)).toEqual([]);
  });

  it.each([
    ['SUPERUSER', 'is a superuser'],
    ['CREATEROLE', 'can create roles'],
    ['CREATEDB', 'can create databases'],
  ])('with %s is told by the service at start', async (right, told) => {
    const url = await createLogin(database.pool, database.url, serviceRole);
    const { username, pathname } = new URL(url);
    await database.pool.query(`ALTER ROLE ${username} ${right}`);
    const env = environmentFor(world, database.url, '1.0');
    const replica = await readyReplica({ ...env, DATABASE_URL: url });
    expect(replica.stdout()).toContain('the database login can do more than the service needs');
    expect(replica.stdout()).toContain(told);
    expect(pathname).not.toBe('/postgres');
  });

  it('that may create in the database or owns its tables is told so', async () => {
    const url = await createLogin(database.pool, database.url, serviceRole);
    const { username, pathname } = new URL(url);
    const its = poolFor(url);
    onTestFinished(() => its.end());
    await database.pool.query(
      `GRANT CREATE, TEMPORARY ON DATABASE ${pathname.slice(1)} TO ${username}`,
    );
    await database.pool.query(`GRANT CREATE ON SCHEMA public TO ${username}`);
    expect(await excessRights(its)).toEqual([
      'can create schemas in this database',
      'can create temporary tables in this database',
      'can create tables in the schema public',
    ]);
    await database.pool.query(`ALTER TABLE orders OWNER TO ${username}`);
    expect(await excessRights(its)).toContain('owns the tables');
    await database.pool.query('ALTER TABLE orders OWNER TO postgres');
  });

  it('that may do nothing at all is not taken, and the sentence says what it lacks', async () => {
    const url = await createLogin(database.pool, database.url, 'pg_monitor');
    const env = { ...environmentFor(world, database.url, '1.0'), DATABASE_URL: url };
    const ending = await endingOf(env);
    expect(ending.code).toBe(1);
    expect(sentenceOf(ending)).toContain(`GRANT ${serviceRole} TO ${new URL(url).username}`);
  });

  it('that does not inherit its role’s rights is enough: the service takes the role', async () => {
    const url = await createLogin(database.pool, database.url, serviceRole);
    const { username } = new URL(url);
    await database.pool.query(`GRANT ${serviceRole} TO ${username} WITH INHERIT FALSE`);
    const env = { ...environmentFor(world, database.url, '1.0'), DATABASE_URL: url };
    const replica = await readyReplica(env);
    expect(replica.stdout()).not.toContain('more than the service needs');
  });
});
