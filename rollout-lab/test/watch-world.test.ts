import { randomUUID } from 'node:crypto';
import { type EmbeddedPostgres, startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../gateway-sandbox/server.ts';
import { minorUnits } from '../src/changes/minor-units.ts';
import type { FeedEvent } from '../src/feed/events.ts';
import { Feed } from '../src/feed/feed.ts';
import { lockOrders } from '../src/world/lock-orders.ts';
import { schemaRunner } from '../src/world/schema-commands.ts';
import { seedShop } from '../src/world/seed.ts';
import { lookAtColumns } from '../src/world/watch/columns.ts';
import { WorldWatch } from '../src/world/watch/watch-world.ts';

let server: EmbeddedPostgres;
let db: pg.Client;
let gateway: Gateway;
const schema = (...command: string[]) =>
  schemaRunner(server.url(), new AbortController().signal)(command);

beforeAll(async () => {
  server = await startPostgres({ durable: false });
  await schema('install', '--release', '1.0');
  db = new pg.Client(server.url());
  await db.connect();
  await seedShop(db, { count: 4_000, customers: 7 });
  gateway = await startGateway({ latencyMs: 0 });
});

afterAll(async () => {
  await gateway.close();
  await db.end();
  await server.stop();
});

async function columns() {
  const seen = await lookAtColumns(db, minorUnits);
  const of = (name: string) => {
    const { state, filled } = seen.columns.find(
      ({ table, column }) => `${table}.${column}` === name,
    ) ?? { state: 'not named', filled: null };
    return [state, filled];
  };
  return { state: seen.state, old: of('orders.total'), new: of('orders.total_minor') };
}

it('sees the columns of a change come, fill, be forbidden and go', async () => {
  expect(await columns()).toEqual({
    state: 'baseline',
    old: ['there', 1],
    new: ['not named', null],
  });
  await schema('expand', '--release', '2.0');
  expect(await columns()).toEqual({ state: 'expanded', old: ['there', 1], new: ['there', 0] });
  await db.query(
    `UPDATE orders SET total_minor = 1, currency = 'USD' WHERE customer_id <= 'customer-00002'`,
  );
  const [, share] = (await columns()).new;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.7);
  await schema('backfill');
  expect(await columns()).toEqual({ state: 'expanded', old: ['there', 1], new: ['there', 1] });
  await db.query('BEGIN; REVOKE SELECT (total), INSERT (total) ON orders FROM scaleretail_api');
  expect((await columns()).old).toEqual(['forbidden', 1]);
  await db.query('ALTER TABLE orders DROP COLUMN total');
  expect((await columns()).old).toEqual(['gone', null]);
  await db.query('ROLLBACK');
});

describe('the watch on a run', () => {
  /** What it tells of one kind. */
  const told = (feed: Feed, type: FeedEvent['type']) =>
    feed.timeline.filter((event) => event.type === type);

  async function trade(customer: string): Promise<void> {
    const [order, payment] = [uuidV7(), uuidV7()];
    await db.query(
      `INSERT INTO orders (id, customer_id, status, total) VALUES ($1, $2, 'paid', 6)`,
      [order, customer],
    );
    await db.query(
      `INSERT INTO payments (id, order_id, customer_id, status, amount, card_token)
       VALUES ($1, $2, $3, 'captured', 6, 'tok_visa')`,
      [payment, order, customer],
    );
    await fetch(`${gateway.url}/v1/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': payment },
      body: JSON.stringify({
        reference: order,
        amountMinor: 600,
        currency: 'USD',
        token: 'tok_visa',
      }),
    });
  }

  function uuidV7(): string {
    const hex = Date.now().toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
  }

  it('counts what the run has stored and charged, and tells the phase of a replica', async () => {
    const feed = new Feed();
    const watch = new WorldWatch({
      databaseUrl: server.url(),
      charges: { url: gateway.url, after: 0 },
      change: minorUnits,
      guest: 'guest',
      told: () => ({ orders: 2, payments: 2 }),
      feed,
    });
    feed.emit({ type: 'replica', id: 'r1', release: '1.0', state: 'ready' });
    await db.query(
      `INSERT INTO service_instances (instance_id, release, heartbeat_ms) VALUES ('r1', '1.0', 500)`,
    );
    await db.query(
      `INSERT INTO service_instance_changes (instance_id, change_name, phase)
       VALUES ('r1', 'minor-units', 'old')`,
    );
    for (const customer of ['a', 'b', 'guest']) await trade(customer);
    const ledger = { told: { orders: 2, payments: 2 }, stored: { orders: 2, payments: 2 } };
    await expect
      .poll(() => told(feed, 'ledger').at(-1), { timeout: 10_000 })
      .toMatchObject({ ...ledger, charged: 3 });
    await expect
      .poll(() => told(feed, 'replica').at(-1), { timeout: 10_000 })
      .toMatchObject({ id: 'r1', state: 'ready', phase: 'old' });
    await expect.poll(() => told(feed, 'schema'), { timeout: 10_000 }).toHaveLength(1);
    await watch.stop();
  });

  it('ends at once, and quietly, when there is no database', async () => {
    const feed = new Feed();
    const watch = new WorldWatch({
      databaseUrl: 'postgres://127.0.0.1:1/nothing',
      charges: { url: 'http://127.0.0.1:1', after: 0 },
      change: minorUnits,
      guest: 'guest',
      told: () => ({ orders: 0, payments: 0 }),
      feed,
    });
    await watch.stop();
    expect(feed.timeline).toEqual([]);
  });
});

describe('the orders that nobody gets at', () => {
  const isHeld = async () => {
    const { rows } = await db.query(
      `SELECT FROM pg_locks WHERE relation = 'orders'::regclass AND mode = 'AccessExclusiveLock' AND granted`,
    );
    return rows.length === 1;
  };

  it('are there again when the run ends', async () => {
    const ended = new AbortController();
    const lock = lockOrders({ databaseUrl: server.url(), seconds: 60, signal: ended.signal });
    await expect.poll(isHeld).toBe(true);
    ended.abort();
    await lock;
    await expect.poll(isHeld).toBe(false);
  });

  it('are there again after the time', async () => {
    const { signal } = new AbortController();
    const lock = lockOrders({ databaseUrl: server.url(), seconds: 1, signal });
    await expect.poll(isHeld).toBe(true);
    await lock;
    await expect.poll(isHeld).toBe(false);
  });

  it('are not waited for for ever by the lock itself', async () => {
    const { signal } = new AbortController();
    await db.query('BEGIN');
    await db.query('LOCK TABLE orders IN ACCESS SHARE MODE');
    const lock = lockOrders({ databaseUrl: server.url(), seconds: 1, signal });
    await expect(lock).rejects.toThrow();
    await db.query('ROLLBACK');
  });
});
