import { Redis } from 'ioredis';

/** Redis is a short cut: when it takes longer than this, the service goes on without it. */
const commandTimeoutMs = 100;

/** The one connection of a replica. A command on it fails at once while there is no connection. */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (tries) => Math.min(tries * 50, 1_000),
  });
  redis.on('error', () => {}); // each failed command is dealt with where it was sent
  return redis;
}
