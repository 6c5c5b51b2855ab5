import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { Pool } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseFor } from './support/database.ts';
import { captured, type FakeAnswer, fakeGateway } from './support/fake-gateway.ts';
import { type Exposition, scrape } from './support/metrics.ts';
import { createWorld, serviceFor, type TestService, until, type World } from './support/service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Named by prom-client, which has its own ways. */
const ofNode = /^(nodejs|process)_/;

describe('what a replica tells of itself', () => {
  let service: TestService;
  let told: Exposition;

  beforeEach(async () => {
    service = await serviceFor(world, (await databaseFor('expanded')).url, '2.0');
    await service.as('alice').then((alice) => alice.get('/v1/orders').expect(200));
    told = await scrape(service.url);
  });

  it('has a help text for every metric, and names that Prometheus expects', () => {
    for (const { name, type, help } of told.metrics) {
      expect(help, name).toMatch(/\w/);
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/);
      if (ofNode.test(name)) continue;
      expect(help, name).toMatch(/\.$/);
      expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(name).not.toMatch(/_(ms|milliseconds|us|minutes|hours|kb|mb|percent)$/);
    }
    expect(told.metrics.length).toBeGreaterThan(40);
    for (const { labels } of told.samples) expect(labels.release).toBe('2.0');
  });

  it('is in docs/operations.md, which names nothing else', () => {
    const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z][a-z0-9_]+)` \| (counter|gauge|histogram) \|/gm)];
    const own = told.metrics.filter(({ name }) => !ofNode.test(name));
    expect(listed.map(([, name, type]) => `${name} ${type}`).toSorted()).toEqual(
      own.map(({ name, type }) => `${name} ${type}`).toSorted(),
    );
    const known = new Set(told.metrics.map(({ name }) => name));
    const suffix = /_(bucket|sum|count)$/;
    const prefixes = new Set([...known].map((name) => name.split('_', 1)[0]));
    const prose = page.replace(/```ini.*?```/gs, ''); // settings of PgBouncer
    for (const [, name = ''] of prose.matchAll(/\b([a-z]+(?:_[a-z0-9]+)+)(?=[`{[ )])/g)) {
      if (!prefixes.has(name.split('_', 1)[0])) continue;
      expect(
        [name, name.replace(suffix, '')].some((n) => known.has(n)),
        name,
      ).toBe(true);
    }
  });

  it('tells its pool, its phase, its schema, its flags, and that it is ready', () => {
    expect(told.value('postgres_pool_max_connections')).toBe(10);
    expect(told.value('postgres_pool_connections', { state: 'idle' })).toBeGreaterThan(0);
    expect(told.value('postgres_pool_waiting_requests')).toBe(0);
    expect(told.value('schema_phase', { change: 'minor-units', phase: 'old' })).toBe(1);
    expect(told.value('schema_phase', { change: 'minor-units', phase: 'dual-read-old' })).toBe(0);
    expect(told.value('schema_state', { change: 'minor-units', state: 'expanded' })).toBe(1);
    expect(told.value('schema_state', { change: 'minor-units', state: 'relaxed' })).toBe(0);
    expect(told.value('flags_known')).toBe(1);
    expect(told.value('flags_enabled', { flag: 'orders.dual-write' })).toBe(0);
    expect(told.value('replica_ready')).toBe(1);
    expect(told.value('replica_draining')).toBe(0);
    expect(told.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  });

  it('follows its flags, and knows when it last heard of them', async () => {
    world.flags.set('orders.dual-write', { enabled: true });
    const dual = async () =>
      (await scrape(service.url)).value('schema_phase', {
        change: 'minor-units',
        phase: 'dual-read-old',
      }) === 1;
    await until(dual, 'the phase follows the flag');
    const after = await scrape(service.url);
    expect(after.value('flags_enabled', { flag: 'orders.dual-write' })).toBe(1);
    const ago = Date.now() / 1000 - (after.value('flags_last_contact_timestamp_seconds') ?? 0);
    expect(ago).toBeLessThan(60);
    world.flags.set('orders.dual-write', { enabled: false });
  });

  it('says that it drains', async () => {
    service.health.drain();
    const { value } = await scrape(service.url);
    expect(value('replica_ready')).toBe(0);
    expect(value('replica_draining')).toBe(1);
  });
});

describe('requests', () => {
  it('make no more series however many paths, ids and methods they have', async () => {
    const service = await serviceFor(world, (await databaseFor('expanded')).url, '2.0');
    const token = await world.tokens.sign('alice');
    const methods = METHODS.filter((method) => method !== 'CONNECT');
    const pool = new Pool(service.url, { connections: 8 });
    const send = async (nth: number) => {
      const method = methods[nth % methods.length] ?? 'GET';
      const id = crypto.randomUUID();
      const paths = [
        `/v1/orders/${id}`,
        `/v1/payments/${id}`,
        `/${id}`,
        `/v1/products/${id}`,
        '/%',
      ];
      const { body } = await pool.request({
        path: paths[nth % paths.length] ?? '/',
        method: nth % 2 === 0 ? 'GET' : method,
        headers: { authorization: `Bearer ${token}`, 'x-request-id': id },
      });
      await body.dump();
    };
    const batch = async (from: number, count: number) => {
      for (let nth = from; nth < from + count; nth += 8) {
        await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((more) => send(nth + more)));
      }
      return scrape(service.url);
    };
    const first = await batch(0, 400);
    const second = await batch(400, 600);
    await pool.close();
    expect(second.sum('http_request_duration_seconds_count')).toBeGreaterThanOrEqual(1000);
    // The scrapes are requests themselves.
    const series = ({ samples }: Exposition) =>
      samples.filter(({ name, labels }) => /^http_/.test(name) && labels.route !== '/metrics')
        .length;
    expect(series(second)).toBe(series(first));
    const values = second.samples.flatMap(({ labels }) => Object.values(labels));
    expect(values.filter((value) => /[0-9a-f]{8}-/.test(value))).toEqual([]);
    const seen = (label: string) =>
      new Set(
        second.samples.flatMap(({ name, labels }) =>
          name === 'http_request_duration_seconds_count' ? [labels[label]] : [],
        ),
      );
    expect(seen('method')).toContain('other');
    expect(seen('route')).toEqual(
      new Set(['none', '/v1/orders/:id', '/v1/payments/:id', '/v1/products/:sku', '/metrics']),
    );
  });

  it('are counted while they are answered, and when their client leaves before', async () => {
    const decided = Promise.withResolvers<FakeAnswer>();
    const gateway = await fakeGateway(() => decided.promise);
    const { url } = await databaseFor('expanded');
    const service = await serviceFor(world, url, '2.0', { GATEWAY_URL: gateway.url });
    const alice = await service.as('alice');
    const order = { items: [{ sku: 'mug', quantity: 1 }] };
    const { id } = (await alice.post('/v1/orders', order).expect(201)).body;
    const leaving = new AbortController();
    const payment = fetch(`${service.url}/v1/orders/${id}/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await world.tokens.sign('alice')}`,
        'content-type': 'application/json',
        'idempotency-key': 'leaves',
      },
      body: '{"token":"tok_visa"}',
      signal: leaving.signal,
    });
    payment.catch(() => {});
    await until(() => gateway.asked() === 1, 'the gateway is asked');
    // The scrape itself is one.
    expect((await scrape(service.url)).value('http_requests_in_flight')).toBe(2);
    leaving.abort();
    const aborted = async () => (await scrape(service.url)).value('http_requests_aborted_total');
    await until(async () => (await aborted()) === 1, 'it is counted as aborted');
    expect((await scrape(service.url)).value('http_requests_in_flight')).toBe(1);
    decided.resolve(captured);
  });

  it('that cannot be read are counted by the status of their answer', async () => {
    const service = await serviceFor(world, (await databaseFor('expanded')).url, '2.0');
    const unreadable = async () =>
      (await scrape(service.url)).value('http_unreadable_requests_total', { status: '400' });
    expect(await unreadable()).toBe(0);
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.resume().write('no HTTP at all\r\n\r\n');
    await once(socket, 'close');
    expect(await unreadable()).toBe(1);
  });
});
