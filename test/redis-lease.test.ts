import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Cache } from '../src/platform/cache/cache.ts';
import { connectRedis } from '../src/platform/cache/redis.ts';
import { createRedisCache } from '../src/platform/cache/redis-cache.ts';
import { createMetrics } from '../src/platform/metrics.ts';
import { mayTestRedis, type RedisServer, startRedis } from './support/redis.ts';
import { until } from './support/service.ts';

const key = 'order:v2:1';
const lease = `${key}:lease`;

describe.skipIf(!mayTestRedis)('a reader that loaded before a write', () => {
  let redis: RedisServer;
  let inspector: Redis;
  let reader: Cache;
  let writer: Cache;

  beforeAll(async () => {
    redis = await startRedis();
    inspector = new Redis(redis.url);
  });
  afterAll(async () => {
    inspector.disconnect();
    await redis.kill();
  });
  beforeEach(async () => {
    await inspector.flushall();
    reader = await connected();
    writer = await connected();
  });

  /** The cache as a replica has it, once it has reached Redis. */
  async function connected(): Promise<Cache> {
    const connection = connectRedis(redis.url);
    onTestFinished(() => connection.disconnect());
    const cache = createRedisCache(connection, createMetrics('2.0'));
    const greeting = `hello:${crypto.randomUUID()}`;
    await until(async () => {
      await cache.getOrLoad(greeting, async () => true);
      return (await inspector.exists(greeting)) === 1;
    }, 'it has reached Redis');
    return cache;
  }

  /** A read that loads the old value and is slow to say so. */
  function slowRead(meanwhile: () => Promise<void>): Promise<string | null> {
    return reader.getOrLoad(key, async () => {
      await until(async () => (await inspector.exists(lease)) === 1, 'it has the lease');
      await meanwhile();
      return 'old';
    });
  }

  /** Changes what is stored, as far as the cache is told. */
  async function write(): Promise<void> {
    await writer.invalidate([key]);
    await until(async () => (await inspector.exists(lease)) === 0, 'the lease is taken away');
  }

  it('cannot fill the cache after it', async () => {
    expect(await slowRead(write)).toBe('old');
    expect(await inspector.get(key)).toBeNull();
    expect(await reader.getOrLoad(key, async () => 'new')).toBe('new');
  });

  it('cannot replace what a later reader has filled', async () => {
    const laterRead = async () => {
      await write();
      await until(async () => {
        await writer.getOrLoad(key, async () => 'new');
        return (await inspector.get(key)) === '"new"';
      }, 'a later reader has filled the cache');
    };
    expect(await slowRead(laterRead)).toBe('old');
    expect(await inspector.get(key)).toBe('"new"');
  });

  it('the proof can fail: without a write it does fill the cache', async () => {
    expect(await slowRead(async () => {})).toBe('old');
    await until(async () => (await inspector.get(key)) === '"old"', 'the value is cached');
    expect(await inspector.exists(lease)).toBe(0);
  });
});
