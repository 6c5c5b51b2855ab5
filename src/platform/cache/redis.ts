import { Redis } from 'ioredis';

/** Redis is a short cut: when it takes longer than this, the service goes on without it. */
const commandTimeoutMs = 100;

/**
 * A connection on which nothing has come back for so long leads nowhere: an address may have moved
 * to another server without a word.
 */
const silentSocketMs = 5_000;

/** A connection of a replica. A command on it fails at once while there is no connection. */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    commandTimeout: commandTimeoutMs,
    socketTimeout: silentSocketMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (tries) => Math.min(tries * 50, 1_000),
  });
  redis.on('error', () => {}); // each failed command is dealt with where it was sent
  return redis;
}
