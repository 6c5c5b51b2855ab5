import { Redis } from 'ioredis';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
} from 'vitest';
import { cloneDatabase, databaseFor, type TestDatabase } from './support/database.ts';
import { mayTestRedis, type RedisServer, startRedis } from './support/redis.ts';
import {
  createWorld,
  openService,
  serviceFor,
  type TestService,
  until,
  type World,
} from './support/service.ts';

const order = { items: [{ sku: 'mug', quantity: 2 }] };

describe.skipIf(!mayTestRedis)('with Redis', () => {
  let world: World;
  let redis: RedisServer;
  let inspector: Redis;
  let database: TestDatabase;
  /** Two replicas of different releases with different shapes in the cache. */
  let one: TestService;
  let two: TestService;

  beforeAll(async () => {
    world = await createWorld();
    redis = await startRedis();
    inspector = new Redis(redis.url);
    inspector.on('error', () => {}); // while the server is killed
  });
  afterAll(async () => {
    inspector.disconnect();
    await redis.kill();
    await world.close();
  });

  beforeEach(async () => {
    database = await cloneDatabase('expanded');
    const more = { REDIS_URL: redis.url };
    one = await openService(world, database.url, '1.0', more);
    two = await openService(world, database.url, '2.0', more);
  });
  afterEach(async () => {
    await Promise.all([one.close(), two.close()]);
    await database.drop();
  });

  async function place(): Promise<string> {
    const placed = await (await one.as('alice')).post('/v1/orders', order).expect(201);
    return placed.body.id;
  }

  async function read(service: TestService, id: string, customer = 'alice') {
    return (await service.as(customer)).get(`/v1/orders/${id}`);
  }

  /** In the shapes of the two. */
  const keysOf = (id: string) => [`order:v1:${id}`, `order:v2:${id}`];

  /** Reads until both shapes are cached, for ever: what goes then was invalidated. */
  async function cacheForEver(id: string): Promise<void> {
    await until(async () => {
      expect((await read(one, id)).body.status).toBe('placed');
      expect((await read(two, id.toUpperCase())).body.status).toBe('placed');
      const kept = await Promise.all(keysOf(id).map((key) => inspector.persist(key)));
      return kept.every((was) => was === 1);
    }, 'both shapes are cached');
  }

  async function untilForgotten(id: string): Promise<void> {
    await until(async () => (await inspector.exists(...keysOf(id))) === 0, 'it is forgotten');
  }

  it('replicas of different releases share what one of them has read', async () => {
    const relaxed = await databaseFor('relaxed');
    const more = { REDIS_URL: redis.url };
    const older = await serviceFor(world, relaxed.url, '2.0', more);
    const newer = await serviceFor(world, relaxed.url, '3.0', more);
    const placed = await (await older.as('alice')).post('/v1/orders', order).expect(201);
    const { id } = placed.body;
    const key = `order:v2:${id}`;
    // A mark that only the cache has shows where an answer came from.
    const createdAt = '2000-01-01T00:00:00.000Z';
    await until(async () => {
      expect((await read(older, id)).body.total).toBe('39.98');
      const cached = await inspector.get(key);
      if (cached === null) return false;
      await inspector.set(key, JSON.stringify({ ...JSON.parse(cached), createdAt }), 'KEEPTTL');
      return (await read(newer, id)).body.createdAt === createdAt;
    }, 'the newer release answers with what the older one has cached');
  });

  it('another customer never gets a cached order', async () => {
    const id = await place();
    await cacheForEver(id);
    for (const service of [one, two]) {
      expect((await read(service, id, 'mallory')).status).toBe(404);
      expect((await read(service, id)).status).toBe(200);
    }
  });

  it('paying forgets the order in every shape, whoever cached it', async () => {
    const id = await place();
    await cacheForEver(id);
    const alice = await two.as('alice');
    await alice.post(`/v1/orders/${id}/payments`, { token: 'tok_visa' }).expect(201);
    await untilForgotten(id);
    for (const service of [one, two]) expect((await read(service, id)).body.status).toBe('paid');
    expect((await read(two, id.toUpperCase())).body.status).toBe('paid');
  });

  it('cancelling forgets it too, however the id is written', async () => {
    const id = await place();
    await cacheForEver(id);
    const alice = await one.as('alice');
    await alice.post(`/v1/orders/${id.toUpperCase()}/cancel`, {}).expect(200);
    await untilForgotten(id);
    for (const service of [one, two]) {
      expect((await read(service, id)).body.status).toBe('cancelled');
    }
  });

  it('nobody is told of a time before a payment when Redis goes on after standing still', async () => {
    onTestFinished(() => redis.goOn());
    for (let round = 0; round < 5; round += 1) {
      const id = await place();
      await cacheForEver(id);
      redis.standStill();
      const alice = await two.as('alice');
      await alice.post(`/v1/orders/${id}/payments`, { token: 'tok_visa' }).expect(201);
      const everybody = [one, two].flatMap((service) => Array.from({ length: 5 }, () => service));
      const reads = everybody.map((service) => read(service, id));
      redis.goOn();
      for (const { body } of await Promise.all(reads)) expect(body.status).toBe('paid');
      await until(async () => {
        for (const service of [one, two]) {
          expect((await read(service, id)).body.status).toBe('paid');
        }
        return (await inspector.exists(...keysOf(id))) === 2;
      }, 'the order is cached again');
    }
  });

  it('answers stay right when Redis is killed, and when it is back with nothing', async () => {
    const [paid, cancelled] = [await place(), await place()];
    await cacheForEver(paid);
    await cacheForEver(cancelled);
    await redis.kill();
    const alice = await two.as('alice');
    for (const service of [one, two])
      expect((await read(service, paid)).body.status).toBe('placed');
    await alice.post(`/v1/orders/${paid}/payments`, { token: 'tok_visa' }).expect(201);
    await alice.post(`/v1/orders/${cancelled}/cancel`, {}).expect(200);
    const right = async () => {
      for (const service of [one, two]) {
        expect((await read(service, paid)).body.status).toBe('paid');
        expect((await read(service, cancelled)).body.status).toBe('cancelled');
      }
    };
    await right();
    expect((await alice.get('/metrics')).text).toMatch(
      /cache_lookups_total\{outcome="error".*\} [1-9]/,
    );
    expect((await alice.get('/readyz')).status).toBe(200);

    await redis.restart();
    await until(async () => {
      await right();
      return (await inspector.exists(...keysOf(paid))) === 2;
    }, 'both shapes are cached again');
    await right();
  });
});
