import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Cache } from '../src/platform/cache/cache.ts';
import { connectRedis } from '../src/platform/cache/redis.ts';
import { createRedisCache } from '../src/platform/cache/redis-cache.ts';
import { createRedisLink } from '../src/platform/cache/redis-link.ts';
import { createMetrics } from '../src/platform/metrics.ts';
import { lineTo } from './support/line.ts';
import { mayTestRedis, type RedisServer, startRedis } from './support/redis.ts';
import { until } from './support/service.ts';

const key = 'order:v2:1';

describe.skipIf(!mayTestRedis)('a replica that Redis does not answer', () => {
  let redis: RedisServer;
  let inspector: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    inspector = new Redis(redis.url);
  });
  afterAll(async () => {
    inspector.disconnect();
    redis.goOn();
    await redis.kill();
  });
  beforeEach(() => inspector.flushall());

  interface Watched {
    readonly cache: Cache;
    trusts(): Promise<boolean>;
    unsent(): Promise<number>;
    lookups(outcome: string): Promise<number>;
  }

  function connectedTo(url: string): Redis {
    const connection = connectRedis(url);
    onTestFinished(() => connection.disconnect());
    return connection;
  }

  async function watched(url: string): Promise<Watched> {
    const metrics = createMetrics('2.0');
    const cache = createRedisCache(connectedTo(url), metrics);
    const reading = async (gauge: typeof metrics.cacheTrusted) =>
      (await gauge.get()).values[0]?.value ?? 0;
    const trusts = async () => (await reading(metrics.cacheTrusted)) === 1;
    await until(trusts, 'it has reached Redis');
    return {
      cache,
      trusts,
      unsent: () => reading(metrics.cacheUnsent),
      async lookups(outcome) {
        const { values } = await metrics.cacheLookups.get();
        return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
      },
    };
  }

  const read = ({ cache }: Watched, stored: string) => cache.getOrLoad(key, async () => stored);

  it('waits for it once, and not again until it answers', async () => {
    const replica = await watched(redis.url);
    redis.standStill();
    onTestFinished(() => redis.goOn());
    expect(await read(replica, 'stored')).toBe('stored');
    expect(await replica.lookups('error')).toBe(1);
    for (let n = 0; n < 100; n += 1) expect(await read(replica, 'stored')).toBe('stored');
    await replica.cache.invalidate([key]);
    expect([await replica.lookups('error'), await replica.lookups('bypassed')]).toEqual([1, 100]);

    redis.goOn();
    await until(replica.trusts, 'it trusts Redis again');
    await until(async () => {
      await read(replica, 'stored');
      return (await replica.lookups('hit')) > 0;
    }, 'it reads from Redis again');
  });

  it('sends an invalidation again, and reads nothing before it has arrived', async () => {
    const line = await lineTo(redis.url);
    const writer = await watched(line.url);
    const reader = await watched(redis.url);
    await until(async () => {
      await read(reader, 'old');
      return (await inspector.persist(key)) === 1;
    }, 'the old value is cached, for ever');

    line.cut();
    await writer.cache.invalidate([key]);
    expect([await writer.trusts(), await writer.unsent()]).toEqual([false, 2]);
    expect(await read(writer, 'new')).toBe('new');
    // What cannot be helped: a reader on the other side does not know. Without the second
    // invalidation it would go on for as long as the value lives.
    await until(async () => (await read(reader, 'new')) === 'old', 'it reads the old value');

    line.mend();
    await until(writer.trusts, 'the writer trusts Redis again');
    expect(await writer.unsent()).toBe(0);
    expect(await inspector.exists(key)).toBe(0);
    expect(await read(reader, 'new')).toBe('new');
  });

  it('is not kept waiting for it by many invalidations', async () => {
    const line = await lineTo(redis.url);
    const writer = await watched(line.url);
    line.cut();
    await writer.cache.invalidate([key]);
    // More often than it is tried again: that must not put it off for ever.
    let busy = true;
    const work = (async () => {
      while (busy) {
        await writer.cache.invalidate([key]);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    line.mend();
    await until(async () => (await writer.unsent()) === 0, 'all is sent');
    busy = false;
    await work;
  });

  it('gives an invalidation up once no value can be that old', async () => {
    const line = await lineTo(redis.url);
    const changes: [boolean, number][] = [];
    const link = createRedisLink({
      redis: connectedTo(line.url),
      longestLifeMs: 1,
      onChange: (trusted, unsent) => void changes.push([trusted, unsent]),
    });
    await until(link.trusted, 'it has reached Redis');
    line.cut();
    await link.forget([key]);
    expect(changes.at(-1)).toEqual([false, 1]);
    await inspector.set(key, 'written since by somebody else');
    line.mend();
    await until(link.trusted, 'it trusts Redis again');
    expect(changes.at(-1)).toEqual([true, 0]);
    expect(await inspector.exists(key)).toBe(1);
  });

  it('takes a refusal for an answer', async () => {
    const replica = await watched(redis.url);
    await inspector.lpush(key, 'a list where a text should be');
    await until(async () => {
      expect(await read(replica, 'stored')).toBe('stored');
      return (await replica.lookups('error')) > 0 && (await replica.trusts());
    }, 'it is refused, and trusts Redis all the same');
  });
});
