import { LRUCache } from 'lru-cache';
import type { Metrics } from '../metrics.ts';
import type { Cache } from './cache.ts';

/** Products change seldom; a replica may show one this many milliseconds too long. */
const ttlMs = 1_000;
const maxEntries = 10_000;

/** The cache of a replica on its own, for when there is no Redis. */
export function createMemoryCache(metrics: Metrics): Cache {
  const entries = new LRUCache<string, string>({ max: maxEntries, ttl: ttlMs });
  return {
    shared: false,
    async getOrLoad<T>(key: string, load: () => Promise<T | null>): Promise<T | null> {
      const kept = entries.get(key);
      metrics.cacheLookups.inc({ outcome: kept === undefined ? 'miss' : 'hit' });
      if (kept !== undefined) return JSON.parse(kept) as T;
      const value = await load();
      if (value !== null) entries.set(key, JSON.stringify(value));
      return value;
    },
    async invalidate(keys) {
      for (const key of keys) entries.delete(key);
    },
  };
}
