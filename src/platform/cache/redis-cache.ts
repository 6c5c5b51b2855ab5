import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Metrics } from '../metrics.ts';
import type { Cache } from './cache.ts';
import { createRedisLink } from './redis-link.ts';

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
  const link = createRedisLink({
    redis,
    // Filled at the last moment that a lease allows, and then kept to its end.
    longestLifeMs: leaseMs + ttlMs,
    onChange(trusted, unsent) {
      metrics.cacheTrusted.set(trusted ? 1 : 0);
      metrics.cacheUnsent.set(unsent);
    },
  });
  const count = (outcome: 'hit' | 'miss' | 'error' | 'bypassed') =>
    metrics.cacheLookups.inc({ outcome });

  async function loadAndFill<T>(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const lease = randomUUID();
    const granted = await link.ask(() => redis.set(leaseOf(key), lease, 'PX', leaseMs, 'NX'));
    const value = await load();
    // One that was not granted before the load could come to stand after a write that the load has
    // not seen: Redis may act on a command long after its sender has stopped waiting.
    if (granted !== 'OK' || value === null) return value;
    const json = JSON.stringify(value);
    await link.ask(() => redis.eval(fillScript, 2, key, leaseOf(key), json, lease, ttlMs));
    return value;
  }

  return {
    shared: true,
    async getOrLoad<T>(key: string, load: () => Promise<T | null>): Promise<T | null> {
      if (!link.trusted()) {
        count('bypassed');
        return load();
      }
      const kept = await link.ask(() => redis.get(key));
      if (kept === undefined) {
        count('error');
        return load();
      }
      if (kept !== null) {
        count('hit');
        return JSON.parse(kept) as T;
      }
      count('miss');
      return loadAndFill(key, load);
    },
    async invalidate(keys) {
      await link.forget([...keys, ...keys.map(leaseOf)]);
    },
  };
}
