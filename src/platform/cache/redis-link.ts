import { type Redis, ReplyError } from 'ioredis';

/** While Redis is not trusted it is tried this often, by nobody's request. */
const retryMs = 500;
export interface LinkOptions {
  readonly redis: Redis;
  /** For how long a value that should be forgotten may live in Redis, ms. */
  readonly longestLifeMs: number;
  /** Told whenever it changes: whether Redis is trusted, and how many keys it has yet to forget. */
  readonly onChange: (trusted: boolean, unsent: number) => void;
}

/** Redis, for as long as it can be trusted: it answers, and knows all that has to be forgotten. */
export interface RedisLink {
  trusted(): boolean;
  /** What Redis answers; undefined where it does not, or refuses. Only for while it is trusted. */
  ask<T>(send: () => Promise<T>): Promise<T | undefined>;
  /** Deletes the keys: now, or as soon as Redis answers again, for as long as that matters. */
  forget(keys: readonly string[]): Promise<void>;
}

/**
 * One command without an answer ends the trust; from then on nobody waits for Redis. It begins again
 * with a command that was sent later and answered: by then Redis has read all that it was sent before,
 * the deletions of other replicas among it, so that no value from before a pause is taken for fresh.
 * That is also why this is no breaker from a library: those count failures, and try again with a
 * request that somebody waits for.
 */
export function createRedisLink(options: LinkOptions): RedisLink {
  const { redis } = options;
  const unsent = new Map<string, number>();
  let trusted = false;
  let closed = false;
  let recovering = false;
  let timer: NodeJS.Timeout | undefined;
  redis.on('ready', recover);
  redis.once('end', () => {
    closed = true; // by us: whatever else ends a connection, another one follows
    clearTimeout(timer);
  });

  function settle(nowTrusted: boolean): void {
    trusted = nowTrusted && unsent.size === 0 && !closed;
    options.onChange(trusted, unsent.size);
    if (!trusted && !closed) timer ??= setTimeout(recover, retryMs).unref();
  }

  /** Sends what has to be forgotten; what is put in meanwhile stays. */
  async function sendUnsent(): Promise<void> {
    const now = performance.now();
    for (const [key, until] of unsent) if (until < now) unsent.delete(key);
    const sent = [...unsent];
    await (sent.length > 0 ? redis.del(sent.map(([key]) => key)) : redis.ping());
    for (const [key, until] of sent) if (unsent.get(key) === until) unsent.delete(key);
  }

  function recover(): void {
    if (recovering || closed) return;
    recovering = true;
    clearTimeout(timer);
    timer = undefined;
    sendUnsent()
      .then(() => true)
      .catch(() => false)
      .then((answered) => {
        recovering = false;
        settle(answered);
      });
  }

  settle(false); // tried by and by, also where the connection was there before
  return {
    trusted: () => trusted,
    async ask(send) {
      try {
        return await send();
      } catch (error) {
        // A refusal is an answer: out of memory, a key of another type.
        if (!(error instanceof ReplyError)) settle(false);
        return undefined;
      }
    },
    async forget(keys) {
      const until = performance.now() + options.longestLifeMs;
      for (const key of keys) unsent.set(key, until);
      // Sent although nobody waits for it: a Redis that stands still has it before what is asked later.
      const sending = redis.del([...keys]);
      if (!trusted) {
        sending.catch(() => {}); // recover sends it again
        return settle(false);
      }
      try {
        await sending;
        for (const key of keys) if (unsent.get(key) === until) unsent.delete(key);
      } catch {
        settle(false);
      }
    },
  };
}
