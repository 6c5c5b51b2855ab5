import type { Config } from '../config.ts';
import { createRateLimit, type RateLimit } from '../platform/access/rate-limit.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { createMemoryCache } from '../platform/cache/memory-cache.ts';
import { connectRedis } from '../platform/cache/redis.ts';
import { createRedisCache } from '../platform/cache/redis-cache.ts';
import type { Metrics } from '../platform/metrics.ts';

/** What replicas know together while there is a Redis, and each for itself otherwise. */
export interface SharedMemory {
  readonly cache: Cache;
  readonly rateLimit: RateLimit;
  close(): void;
}

/**
 * The cache has a connection to itself: that an order was changed must not wait behind anything else
 * that was sent while Redis stood still. See `createRedisLink`.
 */
export function openSharedMemory(config: Config, metrics: Metrics): SharedMemory {
  const { redisUrl } = config;
  const connect = () => (redisUrl === undefined ? undefined : connectRedis(redisUrl));
  const [forCache, forCounts] = [connect(), connect()];
  const rateLimit = createRateLimit({
    most: config.rateLimitMax,
    windowMs: config.rateLimitWindowMs,
    redis: forCounts,
    onLimited: () => metrics.rateLimited.inc(),
  });
  return {
    cache:
      forCache === undefined ? createMemoryCache(metrics) : createRedisCache(forCache, metrics),
    rateLimit,
    close() {
      rateLimit.close();
      forCache?.disconnect();
      forCounts?.disconnect();
    },
  };
}
