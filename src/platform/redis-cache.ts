import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Cache } from './cache.ts';
import type { Metrics } from './metrics.ts';

/** Bounds how long a value outlives an invalidation that Redis never received. */
const ttlMs = 10_000;
/** A reader that takes longer than this from miss to load does not get to fill the cache. */
const leaseMs = 2_000;

/**
 * Keeps the value only while the lease that was given out at the miss still stands. An
 * invalidation takes the lease away, so a reader that loaded before a write cannot put the old
 * value back after it (the lease of "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1).
 */
const fillScript = `
if redis.call('GET', KEYS[2]) == ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
  redis.call('DEL', KEYS[2])
end`;

function leaseOf(key: string): string {
  return `${key}:lease`;
}

/** The cache that all replicas share. Every failure of Redis is a miss. */
export function createRedisCache(redis: Redis, metrics: Metrics): Cache {
  async function attempt<T>(command: Promise<T>): Promise<T | undefined> {
    try {
      return await command;
    } catch {
      metrics.cacheLookups.inc({ outcome: 'error' });
      return undefined;
    }
  }

  async function loadAndFill<T>(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const lease = randomUUID();
    await attempt(redis.set(leaseOf(key), lease, 'PX', leaseMs, 'NX'));
    const value = await load();
    if (value === null) return null;
    const json = JSON.stringify(value);
    await attempt(redis.eval(fillScript, 2, key, leaseOf(key), json, lease, ttlMs));
    return value;
  }

  return {
    shared: true,
    async getOrLoad<T>(key: string, load: () => Promise<T | null>): Promise<T | null> {
      const kept = await attempt(redis.get(key));
      if (typeof kept === 'string') {
        metrics.cacheLookups.inc({ outcome: 'hit' });
        return JSON.parse(kept) as T;
      }
      metrics.cacheLookups.inc({ outcome: 'miss' });
      return loadAndFill(key, load);
    },
    async invalidate(keys) {
      await attempt(redis.del(...keys, ...keys.map(leaseOf)));
    },
  };
}
