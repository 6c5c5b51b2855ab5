import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertInstance } from './support/rows.ts';
import { schema, startSchema } from './support/schema-command.ts';
import { until } from './support/wait.ts';

/** What the role was granted on each column of the tables of the change. */
async function rights({ pool }: TestDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT concat_ws(' ', c.relname, a.attname, a.attacl::text) AS line
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relname IN ('orders', 'order_items', 'payments') AND a.attacl IS NOT NULL ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}

async function outcome({ pool }: TestDatabase): Promise<string | undefined> {
  const { rows } = await pool.query<{ outcome: string }>(
    'SELECT outcome FROM brownouts ORDER BY id DESC LIMIT 1',
  );
  return rows[0]?.outcome;
}

function keepAlive(database: TestDatabase): Promise<void> {
  const seenAgo = -3600;
  return insertInstance(database.pool, { id: 'three', release: '3.0', phase: 'new', seenAgo });
}

/** What an instance does when one of its statements is refused. */
async function reportDenial({ pool }: TestDatabase): Promise<void> {
  await pool.query('UPDATE service_instances SET rights_denied = 1, rights_denied_at = now()');
}

async function relaxed(): Promise<TestDatabase> {
  const database = await databaseFor('relaxed');
  await keepAlive(database);
  return database;
}

/** A brownout whose watcher was killed while it watched. */
async function abandoned(window: string): Promise<TestDatabase> {
  const database = await relaxed();
  const child = startSchema(database.url, 'brownout', '--window', window);
  const closed = once(child, 'close');
  await until(async () => (await outcome(database)) === 'watching', 'it watches');
  child.kill('SIGKILL');
  await closed;
  await until(
    async () => (await schema(database.url, 'status')).stderr.includes('was left by'),
    'its end is noticed',
  );
  return database;
}

/** A command is a process, and other tests keep the machine busy. */
const limit = { timeout: 120_000 };

describe('brownout', limit, () => {
  it('gives back exactly what it took: other rights, and options to grant', async () => {
    const database = await relaxed();
    await database.pool.query(
      `GRANT UPDATE (total) ON orders TO scaleretail_api WITH GRANT OPTION;
       REVOKE INSERT (amount) ON payments FROM scaleretail_api`,
    );
    const before = await rights(database);
    expect((await schema(database.url, 'brownout', '--window', '1')).code).toBe(0);
    expect(await rights(database)).toHaveLength(before.length - 3);
    // Another one after one that has passed: what that one took is still known.
    expect((await schema(database.url, 'brownout', '--window', '1')).code).toBe(0);
    expect((await schema(database.url, 'brownout', '--undo')).code).toBe(0);
    expect(await rights(database)).toEqual(before);
    expect((await schema(database.url, 'brownout', '--undo')).stdout).toContain('no brownout');
  });

  it('refuses, changing nothing, where the role has the whole table', async () => {
    const database = await relaxed();
    await database.pool.query('GRANT SELECT ON payments TO scaleretail_api');
    const before = await rights(database);
    const refused = await schema(database.url, 'brownout', '--window', '1');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('would keep its rights on payments.amount');
    expect(await rights(database)).toEqual(before);
    expect(await outcome(database)).toBeUndefined();
  });

  it('is interrupted: gives the rights back', async () => {
    const database = await relaxed();
    const before = await rights(database);
    const child = startSchema(database.url, 'brownout');
    const closed = once(child, 'close');
    await until(async () => (await outcome(database)) === 'watching', 'it watches');
    child.kill('SIGINT');
    expect(await closed).toEqual([1, null]);
    expect(await rights(database)).toEqual(before);
  });

  it('lets nobody watch beside a live watcher', async () => {
    const database = await relaxed();
    const child = startSchema(database.url, 'brownout');
    const closed = once(child, 'close');
    await until(async () => (await outcome(database)) === 'watching', 'it watches');
    const second = await schema(database.url, 'brownout');
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`process ${child.pid} on `);
    expect((await schema(database.url, 'status')).stderr).toBe('');
    expect((await schema(database.url, 'brownout', '--undo')).code).toBe(0);
    expect(await closed).toEqual([1, null]);
  });

  it('ends at once when a release that needs the old columns comes back', async () => {
    const database = await relaxed();
    const child = startSchema(database.url, 'brownout');
    const closed = once(child, 'close');
    await until(async () => (await outcome(database)) === 'watching', 'it watches');
    await insertInstance(database.pool, { id: 'two', release: '2.0', phase: 'dual-read-new' });
    expect(await closed).toEqual([1, null]);
    expect(await outcome(database)).toBe('undone');
  });

  it('hears of a refused right from the metrics before any heartbeat', async () => {
    const database = await relaxed();
    const server = createServer((_, answer) => {
      outcome(database).then((is) =>
        answer.end(`schema_rights_denied_total ${is === undefined ? 3 : 4}\n`),
      );
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
    const undone = await schema(database.url, 'brownout', '--metrics', url);
    expect(undone.code).toBe(1);
    expect(undone.stdout).toContain(`${url} counted a refused statement`);
    expect(await outcome(database)).toBe('undone');
  });

  it('takes its rights beside an open transaction that has written to the table', async () => {
    const database = await relaxed();
    const holder = await database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE');
    expect((await schema(database.url, 'brownout', '--window', '1')).code).toBe(0);
    holder.release(true);
  });

  it('waits for DDL that has written to the same row of the catalogue', async () => {
    const database = await relaxed();
    const holder = await database.pool.connect();
    await holder.query('BEGIN; ALTER TABLE orders ALTER COLUMN total SET STATISTICS 200');
    const running = schema(database.url, 'brownout', '--window', '1');
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
      AND datname = current_database() AND application_name = 'scaleretail/schema'`;
    await until(async () => (await database.pool.query(waiting)).rows.length > 0, 'it waits');
    await holder.query('COMMIT').finally(() => holder.release());
    expect(await running).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a brownout that was left by a watcher that was killed', limit, () => {
  it('is gone on with for what is left of its window, and passes', async () => {
    const database = await abandoned('3');
    const adopted = await schema(database.url, 'brownout');
    expect(adopted).toMatchObject({ code: 0 });
    expect(adopted.stdout).toContain('going on with the brownout of 3 s');
    expect((await database.pool.query('SELECT FROM brownouts')).rows).toHaveLength(1);
    expect(await outcome(database)).toBe('passed');
  });

  it('is undone at once when a right was missed meanwhile', async () => {
    const database = await abandoned('3600');
    await reportDenial(database);
    const adopted = await schema(database.url, 'brownout');
    expect(adopted.code).toBe(1);
    expect(adopted.stdout).toContain('three (release 3.0) was refused a statement');
    expect(await outcome(database)).toBe('undone');
  });

  it('is told of by every command, and can be undone by hand', async () => {
    const database = await abandoned('3600');
    for (const args of [['contract', '--check'], ['rollback', '--check'], ['verify']]) {
      expect((await schema(database.url, ...args)).stderr).toMatch(/^the brownout of minor-units/);
    }
    expect((await schema(database.url, 'brownout', '--undo')).code).toBe(0);
    expect((await schema(database.url, 'status')).stderr).toBe('');
  });
});
