import { once } from 'node:events';
import type pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appliedMigrations } from '../src/schema-change/ddl/runner.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { schema, startSchema } from './support/schema-command.ts';
import { until } from './support/wait.ts';

const migration = '0009_expand_index_ship_country';
const index = 'orders_by_country';
const limit = { timeout: 120_000 };

/** A database in which all is done but to note that the index is there. */
async function indexedButNotNoted(): Promise<TestDatabase> {
  const database = await databaseFor('empty');
  expect((await schema(database.url, 'install', '--release', '6.0')).code).toBe(0);
  await database.pool.query('DELETE FROM pgmigrations WHERE name = $1', [migration]);
  return database;
}

interface Found {
  readonly oid: number;
  readonly valid: boolean;
}

async function find({ pool }: TestDatabase): Promise<Found | undefined> {
  const { rows } = await pool.query<{ oid: number; valid: boolean }>(
    `SELECT indexrelid::int AS oid, indisvalid AS valid FROM pg_index
     WHERE indexrelid = to_regclass($1)`,
    [index],
  );
  return rows[0];
}

async function isApplied(database: TestDatabase): Promise<boolean> {
  return (await appliedMigrations(database.pool)).includes(migration);
}

async function isBuilding({ pool }: TestDatabase): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
       AND query LIKE 'CREATE INDEX CONCURRENTLY%'`,
  );
  return rows.length > 0;
}

/** Starts the build and gets it to where it waits for a transaction that is open. */
async function buildThatWaits(database: TestDatabase) {
  await database.pool.query(`DROP INDEX ${index}`);
  const child = startSchema(database.url, 'expand', '--release', '6.0');
  const closed = once(child, 'close');
  const holders: pg.PoolClient[] = [];
  const release = () => {
    for (const holder of holders.splice(0)) holder.release(true);
  };
  onTestFinished(release);
  // It begins when no long transaction is there: so there is always a young one, and when it has
  // begun they all stay.
  await until(
    async () => {
      const young = await database.pool.connect();
      await young.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT id FROM orders LIMIT 1');
      const begun = await isBuilding(database);
      if (!begun) release();
      holders.push(young);
      return begun;
    },
    'the build has begun',
    60_000,
  );
  await until(async () => (await find(database)) !== undefined, 'the index is there');
  expect(await find(database)).toMatchObject({ valid: false });
  return { child, closed, release };
}

describe('a concurrent index', limit, () => {
  it('that an ended build left INVALID is dropped and built anew', async () => {
    const database = await indexedButNotNoted();
    const left = await find(database);
    await database.pool.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${index}'::regclass`,
    );
    expect(await schema(database.url, 'expand')).toMatchObject({ code: 0, stderr: '' });
    const built = await find(database);
    expect(built).toMatchObject({ valid: true });
    expect(built?.oid).not.toBe(left?.oid);
    expect(await isApplied(database)).toBe(true);
  });

  it('that was built but not noted is noted', async () => {
    const database = await indexedButNotNoted();
    const left = await find(database);
    expect(await schema(database.url, 'expand')).toMatchObject({ code: 0, stderr: '' });
    expect(await find(database)).toEqual(left);
    expect(await isApplied(database)).toBe(true);
  });

  it('survives a kill in the middle of its build', async () => {
    const database = await indexedButNotNoted();
    const { child, closed, release } = await buildThatWaits(database);
    child.kill('SIGKILL');
    await closed;
    expect(await isApplied(database)).toBe(false);
    release();
    expect(await schema(database.url, 'expand')).toMatchObject({ code: 0, stderr: '' });
    expect(await find(database)).toMatchObject({ valid: true });
    expect(await isApplied(database)).toBe(true);
  });

  it('is interrupted in the middle of its build: leaves none that counts', async () => {
    const database = await indexedButNotNoted();
    const { child, closed, release } = await buildThatWaits(database);
    child.kill('SIGINT');
    expect(await closed).toEqual([1, null]);
    expect(await isApplied(database)).toBe(false);
    expect((await find(database))?.valid).not.toBe(true);
    release();
    expect(await schema(database.url, 'expand')).toMatchObject({ code: 0, stderr: '' });
    expect(await find(database)).toMatchObject({ valid: true });
  });
});
