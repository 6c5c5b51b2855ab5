import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { databaseFor } from './support/database.ts';
import { scrape } from './support/metrics.ts';
import { mayTestRedis, type RedisServer, startRedis } from './support/redis.ts';
import { createWorld, serviceFor, type TestService, until, type World } from './support/service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** A window that no test outlives, so that none sees it begin anew. */
const limited = { RATE_LIMIT_MAX: '5', RATE_LIMIT_WINDOW_MS: '3600000' };

async function replicas(count: number, more: Record<string, string> = {}): Promise<TestService[]> {
  const { url } = await databaseFor('expanded');
  const each = Array.from({ length: count }, () =>
    serviceFor(world, url, '2.0', { ...limited, ...more }),
  );
  return Promise.all(each);
}

/** The statuses of so many requests, one after the other. */
async function ask(service: TestService, customer: string, times: number): Promise<number[]> {
  const client = await service.as(customer);
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push((await client.get('/v1/orders')).status);
  return statuses;
}

const many = (times: number, status: number) => Array.from({ length: times }, () => status);

async function alone(more: Record<string, string> = {}): Promise<TestService> {
  const [service] = await replicas(1, more);
  if (service === undefined) throw new Error('no replica');
  return service;
}

describe('a customer who asks for too much', () => {
  it('is told so, and when to come back; nobody else is', async () => {
    const service = await alone();
    expect(await ask(service, 'alice', 5)).toEqual(many(5, 200));
    const alice = await service.as('alice');
    const refused = await alice.post('/v1/orders', { items: [] }).expect(429);
    expect(refused.body).toMatchObject({ status: 429, code: 'too-many-requests' });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'ratelimit-limit': '5',
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(seconds),
    });
    expect(await ask(service, 'bob', 1)).toEqual([200]);
    expect((await alice.get('/v1/products')).status).toBe(200);
    expect((await alice.get('/readyz')).status).toBe(200);
    const told = await scrape(service.url);
    const counted = told.samples.find(({ name }) => name === 'http_rate_limited_total');
    expect(counted?.value).toBe(1);
  });

  it('is counted whatever the requests come to, but only with a good token', async () => {
    const service = await alone();
    const alice = await service.as('alice');
    for (let n = 0; n < 10; n += 1) {
      await alice.get('/v1/orders').set('authorization', 'Bearer x').expect(401);
    }
    const scope = 'payments:write';
    const token = await world.tokens.sign('alice', { scope });
    for (let n = 0; n < 5; n += 1) {
      await alice.get('/v1/orders').set('authorization', `Bearer ${token}`).expect(403);
    }
    await alice.get('/v1/orders').expect(429);
  });

  it('may, where the limit is 0', async () => {
    expect(await ask(await alone({ RATE_LIMIT_MAX: '0' }), 'alice', 20)).toEqual(many(20, 200));
  });
});

describe.skipIf(!mayTestRedis)('with Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.kill());

  it('is refused by a replica that never saw the customer before', async () => {
    const [one, two] = await replicas(2, { REDIS_URL: redis.url });
    if (one === undefined || two === undefined) throw new Error('no replicas');
    const customer = `shared-${process.pid}`;
    expect(await ask(one, customer, 5)).toEqual(many(5, 200));
    // The other one learns of it with its own first requests, within a tenth of a second.
    let passed = 0;
    await until(async () => {
      const [status] = await ask(two, customer, 1);
      if (status === 200) passed += 1;
      return status === 429;
    }, 'the other replica refuses the customer');
    expect(passed).toBeLessThanOrEqual(5);
    expect(await ask(two, 'another', 1)).toEqual([200]);
  });

  it('a Redis that is gone, and one that is back with nothing, fail no request', async () => {
    const service = await alone({ REDIS_URL: redis.url });
    expect(await ask(service, 'carol', 2)).toEqual(many(2, 200));
    await redis.kill();
    expect(await ask(service, 'carol', 3)).toEqual(many(3, 200));
    expect(await ask(service, 'carol', 1)).toEqual([429]);
    await redis.restart();
    expect(await ask(service, 'carol', 1)).toEqual([429]);
    expect(await ask(service, 'dave', 5)).toEqual(many(5, 200));
  });
});

it('a Redis that never answers holds nobody up: each replica counts for itself', async () => {
  const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const service = await alone({ REDIS_URL: `redis://127.0.0.1:${port}` });
  expect(await ask(service, 'alice', 6)).toEqual([...many(5, 200), 429]);
});
