import { LRUCache } from 'lru-cache';

/** How often a replica tells the others what it has counted, and learns what they have. */
const exchangeMs = 100;
/** Customers that are active within one window; beyond it those who were quiet longest begin anew. */
const mostCustomers = 100_000;

/** What has been asked for under a key, and when the count begins again. */
export interface Taken {
  /** Requests in this window, this one included; one above the most allowed when it is refused. */
  readonly current: number;
  /** Milliseconds until the next window. */
  readonly ttl: number;
}

export interface Addition {
  readonly key: string;
  readonly window: number;
  readonly by: number;
}

/** Adds to counts that all replicas share, and gives each sum; null where it could not be had. */
export type AddTogether = (additions: readonly Addition[]) => Promise<readonly (number | null)[]>;

interface Count {
  readonly key: string;
  readonly window: number;
  /** As far as this replica knows, what it has not told yet not included. */
  known: number;
  /** Not told yet. */
  own: number;
}

export interface RequestCounts {
  take(key: string, most: number): Taken;
  /** Tells what is not told yet and learns what others have told, at once. */
  exchange(): Promise<void>;
  close(): void;
}

/**
 * Counts requests in windows that begin at the same moment on every replica (the clock's multiples
 * of `windowMs`). A request is decided by what is known in this process, so it waits for nothing;
 * what was counted goes to the others ten times a second. So together the replicas let through more
 * than the limit only by what comes in during a tenth of a second, and a replica that cannot reach
 * the others never by more than its own count.
 */
export function createRequestCounts(windowMs: number, together?: AddTogether): RequestCounts {
  const counts = new LRUCache<string, Count>({ max: mostCustomers });
  let untold = new Set<Count>();
  let timer: NodeJS.Timeout | undefined;

  function countOf(key: string, window: number): Count {
    const before = counts.get(key);
    if (before?.window === window) return before;
    const count = { key, window, known: 0, own: 0 };
    counts.set(key, count);
    return count;
  }

  async function exchange(): Promise<void> {
    const told = [...untold];
    untold = new Set();
    if (together === undefined || told.length === 0) return;
    const additions = told.map((count) => {
      const by = count.own;
      count.known += by;
      count.own = 0;
      return { key: count.key, window: count.window, by };
    });
    const sums = await together(additions);
    told.forEach((count, at) => {
      count.known = Math.max(count.known, sums[at] ?? 0);
    });
  }

  function tell(count: Count): void {
    untold.add(count);
    timer ??= setTimeout(async () => {
      await exchange();
      timer = undefined;
    }, exchangeMs).unref();
  }

  return {
    take(key, most) {
      const now = Date.now();
      const window = Math.floor(now / windowMs);
      const ttl = (window + 1) * windowMs - now;
      const count = countOf(key, window);
      const before = count.known + count.own;
      if (before >= most) return { current: most + 1, ttl };
      count.own += 1;
      if (together !== undefined) tell(count);
      return { current: before + 1, ttl };
    },
    exchange,
    close: () => clearTimeout(timer),
  };
}
