import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { discardPass } from '../src/schema-change/verify/pass.ts';
import { NothingToVerifyError } from '../src/schema-change/verify/verify.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { schema, startSchema } from './support/schema-command.ts';
import { filledDatabase, orderId, verifyNow } from './support/verified.ts';
import { until } from './support/wait.ts';

const spoil = (n: number) =>
  `UPDATE orders SET total_minor = total_minor + 1 WHERE id = '${orderId(n)}'`;

async function countRows(database: TestDatabase, from: string): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(`SELECT count(*) AS n FROM ${from}`);
  return rows[0]?.n ?? 0;
}

describe('verify', () => {
  it('shows what a wrong row holds and what it should hold, as many as are asked for', async () => {
    const database = await filledDatabase(40);
    await database.pool.query(
      `UPDATE orders SET total_minor = 7; UPDATE payments SET currency = NULL WHERE id = '${orderId(2)}'`,
    );
    const found = await schema(database.url, 'verify', '--sample', '2');
    expect(found.code).toBe(1);
    expect(found.stdout).toContain('160 rows compared in ');
    expect(found.stdout).toContain('40 mismatches (1 unfilled, 39 different)');
    expect(found.stdout.match(/different: orders id=/g)).toHaveLength(2);
    expect(found.stdout).toContain(
      `unfilled: payments id=${orderId(2)} (amount=0.02, currency=NULL, amount_minor=2), by the old columns currency=USD, amount_minor=2`,
    );
    const none = await schema(database.url, 'verify', '--sample', '0', '--json');
    expect(JSON.parse(none.stdout)).toMatchObject({ different: 39, unfilled: 1, samples: [] });
  });

  it('says of a second run how much it did not have to compare, and since when', async () => {
    const database = await filledDatabase(10);
    const first = JSON.parse((await schema(database.url, 'verify', '--json')).stdout);
    const second = await schema(database.url, 'verify');
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('orders: 10 rows, done');
    expect(second.stdout).toMatch(
      new RegExp(`0 rows compared in .* s, 40 not written since .* ${first.startedAt}: 0 mism`),
    );
  });

  it.each([
    ['has all of the old columns', `total = 5, total_minor = 500, currency = 'USD'`, 0],
    ['has none of them', `total = NULL, total_minor = 500, currency = 'JPY'`, 0],
    ['has neither shape', 'total = NULL, total_minor = NULL, currency = NULL', 1],
    ['lacks a part of the new one', `total = 5, total_minor = 500, currency = NULL`, 1],
    ['differs in the currency alone', `total = 5, total_minor = 500, currency = 'JPY'`, 1],
    ['is a cent off', `total = 5, total_minor = 501, currency = 'USD'`, 1],
  ])('judges a row that %s', async (_what, set, wrong) => {
    const database = await filledDatabase(3, 'relaxed');
    await database.pool.query(`UPDATE orders SET ${set} WHERE id = '${orderId(2)}'`);
    const found = await verifyNow(database);
    expect(found.unfilled + found.different).toBe(wrong);
  });

  it('compares more rows than a statement takes, each once', async () => {
    const database = await filledDatabase(10_001);
    expect(await verifyNow(database)).toMatchObject({ rowsChecked: 40_004, rowsKnown: 0 });
  });

  it('asks for no lock that a writer or a lesser DDL would be in the way of', async () => {
    const database = await filledDatabase(100);
    const holder = await database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE orders, order_items, payments IN EXCLUSIVE MODE');
    expect(await verifyNow(database)).toMatchObject({ rowsChecked: 400 });
    expect(await verifyNow(database)).toMatchObject({ rowsKnown: 400 });
    await holder.query('ROLLBACK');
    holder.release();
  });

  it.each(['empty', 'baseline', 'contracted'] as const)('refuses on schema %s', async (state) => {
    const database = await databaseFor(state);
    await expect(verifyNow(database)).rejects.toThrow(NothingToVerifyError);
  });
});

/** Ends a verify by SIGKILL after the first table, while it waits for another one. */
async function killAfterOrders(database: TestDatabase): Promise<void> {
  const holder = await database.pool.connect();
  await holder.query('BEGIN; LOCK TABLE payments IN ACCESS EXCLUSIVE MODE');
  const child = startSchema(database.url, 'verify');
  const done = `verification_progress WHERE table_name = 'orders' AND finished`;
  await until(
    async () => (await countRows(database, done)) === 1,
    'the first table is done',
    30_000,
  );
  child.kill('SIGKILL');
  await once(child, 'close');
  await holder.query('ROLLBACK');
  holder.release();
}

describe('a verify that was killed', () => {
  it('is no evidence, and the next one goes on with it', async () => {
    const database = await filledDatabase(100);
    await killAfterOrders(database);
    expect(await countRows(database, 'verification_runs')).toBe(0);
    // Behind the part that is done: this run need not see it, but the one after it must.
    await database.pool.query(spoil(1));
    expect(await verifyNow(database)).toMatchObject({ rowsChecked: 400, different: 0 });
    expect(await verifyNow(database)).toMatchObject({ rowsKnown: 399, different: 1 });
  });

  it('is begun anew where a row would now be compared in another way', async () => {
    const database = await filledDatabase(100);
    await killAfterOrders(database);
    await database.pool.query(
      `ALTER TABLE orders DROP COLUMN total_minor; ALTER TABLE orders ADD COLUMN total_minor bigint`,
    );
    expect(await verifyNow(database)).toMatchObject({ unfilled: 100 });
  });

  it('had been going by an earlier run, and a full one is asked for', async () => {
    const database = await filledDatabase(100);
    await verifyNow(database);
    await killAfterOrders(database);
    expect(await verifyNow(database, true)).toMatchObject({ rowsKnown: 0 });
    expect(await countRows(database, 'verification_passes')).toBe(0);
    expect(await countRows(database, 'verification_progress')).toBe(0);
  });
});

describe('two at once', () => {
  it('share the work, and one run comes of it', async () => {
    const database = await filledDatabase(25_000);
    const both = await Promise.all([
      schema(database.url, 'verify', '--json'),
      schema(database.url, 'verify', '--json'),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    for (const { stdout } of both)
      expect(JSON.parse(stdout)).toMatchObject({ rowsChecked: 100_000 });
  });

  it('a run that somebody else has thrown away ends in words', async () => {
    const database = await filledDatabase(10);
    const holder = await database.pool.connect();
    await holder.query('BEGIN; LOCK TABLE payments IN ACCESS EXCLUSIVE MODE');
    const running = schema(database.url, 'verify');
    const begun = () => countRows(database, 'verification_passes').then((n) => n === 1);
    await until(begun, 'the run has begun', 30_000);
    // It does not wait for the table that is being compared.
    const impatient = await database.pool.connect();
    await impatient.query('SET lock_timeout = 100');
    await discardPass(impatient, minorUnits);
    impatient.release(true);
    await holder.query('ROLLBACK');
    holder.release();
    expect(await running).toMatchObject({ code: 1 });
    expect((await running).stderr).toContain('another verify has begun the comparison anew');
  });
});
