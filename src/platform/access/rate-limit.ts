import type { Redis } from 'ioredis';
import { Problem } from '../http/problems.ts';
import { type AddTogether, createRequestCounts } from './request-counts.ts';

/** A customer asks for more than one may. */
export class TooManyRequestsProblem extends Problem {
  readonly status = 429;
  readonly code = 'too-many-requests';
  readonly title = 'Too many requests';
  override readonly retryAfterSeconds: number;
  override readonly headers: Readonly<Record<string, string>>;

  constructor(most: number, windowMs: number, leftMs: number) {
    super(`A customer may send ${most} requests in ${windowMs / 1000} s. Nothing was done.`);
    const seconds = Math.max(1, Math.ceil(leftMs / 1000));
    this.retryAfterSeconds = seconds;
    this.headers = {
      'ratelimit-limit': String(most),
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(seconds),
    };
  }
}

export interface RateLimitOptions {
  /** Requests that a customer may send in a window; 0 is no limit. */
  readonly most: number;
  readonly windowMs: number;
  /** Where the replicas count together; without it each counts for itself. */
  readonly redis: Redis | undefined;
  readonly onLimited: () => void;
}

export interface RateLimit {
  /** @throws {TooManyRequestsProblem} when the customer has sent enough in this window. */
  admit(customerId: string): void;
  close(): void;
}

/**
 * Limits what one customer can ask for. By the customer that a token was verified for, never by
 * address: many customers share one, and one can have many.
 */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { most, windowMs, redis, onLimited } = options;
  const together = redis === undefined ? undefined : addInRedis(redis, windowMs);
  const counts = createRequestCounts(windowMs, together);
  return {
    admit(customerId) {
      if (most === 0) return;
      const { current, ttl } = counts.take(customerId, most);
      if (current <= most) return;
      onLimited();
      throw new TooManyRequestsProblem(most, windowMs, ttl);
    },
    close: counts.close,
  };
}

/** Adds in Redis, all in one round trip. Whatever fails there gives no sum. */
function addInRedis(redis: Redis, windowMs: number): AddTogether {
  return async (additions) => {
    const pipeline = redis.pipeline();
    for (const { key, window, by } of additions) {
      const name = `requests:${window}:${key}`;
      pipeline.incrby(name, by).pexpire(name, 2 * windowMs); // clocks differ a little
    }
    const replies = (await pipeline.exec().catch(() => null)) ?? [];
    return additions.map((_addition, at) => {
      const [error, sum] = replies[2 * at] ?? [null, null];
      return error === null && typeof sum === 'number' ? sum : null;
    });
  };
}
