import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { durationBuckets } from '../src/platform/metrics/buckets.ts';
import { backfill } from '../src/schema-change/backfill/run.ts';
import { watchedRun } from './support/backfill-run.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertOldOrders } from './support/rows.ts';
import { until } from './support/wait.ts';

/** A transaction of somebody else, with no limit to its time; gone when the test ends. */
async function sessionOf({ url }: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN');
  return client;
}

/** A service's metrics, with answers that take as long as it is told. */
async function metricsServer() {
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Seconds.',
    labelNames: ['route', 'method', 'status'],
    buckets: durationBuckets,
    registers: [registry],
  });
  let scrapes = 0;
  const server = createServer(async (_request, response) => {
    scrapes += 1;
    response.end(await registry.metrics());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    scrapes: () => scrapes,
    answers(count: number, seconds: number) {
      const labels = { route: '/v1/orders', method: 'GET', status: '200' };
      for (let n = 0; n < count; n += 1) histogram.observe(labels, seconds);
    },
    close: () => server.close(),
  };
}

describe('a backfill holds', () => {
  it('when the service becomes slow, within two batches, and goes on by itself', async () => {
    const database = await databaseFor('expanded');
    const service = await metricsServer();
    const run = await watchedRun(database.pool, { metricsUrls: [service.url] });
    service.answers(100, 0.004);
    const [scraped, before] = [service.scrapes(), run.batches()];
    await until(() => service.scrapes() > scraped + 1 && run.batches() > before, 'all is well');
    service.answers(100, 8);
    const [slowFrom, seen] = [run.batches(), service.scrapes()];
    await until(() => service.scrapes() > seen, 'the next look');
    const atLook = run.batches();
    await run.holds('p99');
    // One may have been under way at the look, and one more is what is allowed.
    expect(run.batches() - atLook).toBeLessThanOrEqual(2);
    expect(atLook).toBeGreaterThanOrEqual(slowFrom);
    expect(run.events.at(-1)).toMatch(/^waiting: p99 \d+ ms > 500 ms$/);
    await run.goesOn();
    const [held] = run.events.slice(run.events.findIndex((event) => /^waiting/.test(event)) + 1);
    expect(held).toBe('all signals are good again: going on');
    await run.completes();
  });

  it('when nobody answers for the service: silence is not health', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 10);
    const stop = new AbortController();
    const said: string[] = [];
    const result = await backfill(database.pool, minorUnits, {
      metricsUrls: ['http://127.0.0.1:1/metrics'],
      signal: stop.signal,
      observer: {
        say(line) {
          said.push(line);
          stop.abort();
        },
      },
    });
    expect(result).toMatchObject({ outcome: 'interrupted' });
    expect(result.tables[0]?.rowsDone).toBe(0);
    expect(said).toEqual([
      expect.stringMatching(/^waiting: p99 no answer from http:.*ECONNREFUSED/),
    ]);
  });

  it('while somebody waits for a lock, whoever holds it', async () => {
    const database = await databaseFor('expanded');
    const run = await watchedRun(database.pool, {});
    const [holder, waiter] = [await sessionOf(database), await sessionOf(database)];
    await holder.query("UPDATE products SET stock = 1 WHERE sku = 'mug'");
    const waiting = waiter.query("UPDATE products SET stock = 2 WHERE sku = 'mug'");
    await run.holds('lock-wait');
    await holder.query('ROLLBACK');
    await waiting;
    await run.goesOn();
    await run.completes();
  });

  it('while an old transaction keeps dead rows', async () => {
    const database = await databaseFor('expanded');
    const run = await watchedRun(database.pool, { thresholds: { 'transaction-age': 1 } });
    const old = await sessionOf(database);
    await old.query("UPDATE products SET stock = 1 WHERE sku = 'mug'");
    await run.holds('transaction-age');
    await old.query('ROLLBACK');
    await run.goesOn();
    await run.completes();
  });

  it('for a row that is locked, that row alone, and says which', async () => {
    const database = await databaseFor('expanded');
    const run = await watchedRun(database.pool, { thresholds: { 'lock-wait': null } });
    const holder = await sessionOf(database);
    const { rows } = await holder.query<{ id: string }>(
      `SELECT id FROM orders WHERE id = (
         SELECT id FROM orders WHERE total_minor IS NULL ORDER BY id OFFSET 25 LIMIT 1) FOR UPDATE`,
    );
    await run.holds(`orders id=${rows[0]?.id} is locked by another session`);
    const { rows: before } = await database.pool.query<{ left: number }>(
      'SELECT count(*) AS left FROM orders WHERE total_minor IS NULL AND id < $1',
      [rows[0]?.id],
    );
    expect(before[0]?.left).toBe(0);
    await holder.query('ROLLBACK');
    await run.goesOn('the lock is free');
    await run.completes();
  });

  it('for a table that is locked as a whole', async () => {
    const database = await databaseFor('expanded');
    const run = await watchedRun(database.pool, { thresholds: { 'lock-wait': null } });
    const holder = await sessionOf(database);
    await holder.query('LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    await run.holds('the table orders is locked by another session');
    await holder.query('ROLLBACK');
    await run.goesOn('the lock is free');
    await run.completes();
  });

  it('not for a signal that is switched off', async () => {
    const database = await databaseFor('expanded');
    await insertOldOrders(database.pool, 10);
    const { outcome } = await backfill(database.pool, minorUnits, {
      metricsUrls: ['http://127.0.0.1:1/metrics'],
      thresholds: { p99: null },
    });
    expect(outcome).toBe('complete');
  });
});
