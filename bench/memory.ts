import { Load } from './load/load.ts';
import { regression } from './statistics.ts';
import { openInspector } from './world/inspector.ts';
import type { Shop } from './world/shop.ts';
import type { World } from './world/world.ts';

export interface MemorySample {
  /** Requests answered by then. */
  readonly requests: number;
  readonly rssMib: number;
  /** After a forced collection: what is really held. */
  readonly heapMib: number;
}

export interface Trend {
  /** MiB a million requests, by regression over the samples after the warm-up. */
  readonly slope: number;
  readonly slopeError: number;
  /** What that adds up to over the requests that were sampled, in percent of the mean. */
  readonly growthPercent: number;
  readonly flat: boolean;
}

/** Caches, compiled code and the allocator's own stock fill up in the first fifth. */
export const warmupShare = 0.2;
/**
 * Flat: growth over the sampled requests is below 5 % of the mean. One object of 100 bytes that is
 * kept for each request makes 95 MiB of a million: no leak that matters hides below it.
 */
export const mostGrowthPercent = 5;

export function trendOf(samples: readonly MemorySample[], key: 'rssMib' | 'heapMib'): Trend {
  const total = samples.at(-1)?.requests ?? 0;
  const warm = samples.filter(({ requests }) => requests >= total * warmupShare);
  const points = warm.map((sample) => ({ x: sample.requests / 1e6, y: sample[key] }));
  const { slope, slopeError } = regression(points);
  const mean = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const span = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  const growthPercent = (100 * slope * span) / mean;
  return { slope, slopeError, growthPercent, flat: growthPercent < mostGrowthPercent };
}

export interface MemoryOptions {
  readonly shop: Shop;
  readonly requests: number;
  readonly samples: number;
  readonly connections: number;
  readonly say: (line: string) => void;
}

export interface MemoryResult {
  readonly samples: readonly MemorySample[];
  readonly failed: number;
  readonly failure?: string;
}

/** Long enough that the collection between two segments is no part of the load. */
const firstSegmentSeconds = 5;
/** Each tenth request pays. */
const payShare = 0.1;
const mostRequestsPerSecond = 20_000;

/** Sends a mixed load to one replica and looks at its memory between segments of it. */
export async function watchMemory(world: World, options: MemoryOptions): Promise<MemoryResult> {
  const { shop, connections, say } = options;
  const replica = await world.start('api');
  if (replica?.inspector === undefined) throw new Error('the replica has no inspector');
  const inspector = await openInspector(replica.inspector);
  const load = new Load({ shop, tokens: world.tokens });
  const samples: MemorySample[] = [{ requests: 0, ...(await inspector.memory()) }];
  let failed = 0;
  let failure: string | undefined;
  let requests = 0;
  let seconds = firstSegmentSeconds;
  try {
    while (requests < options.requests) {
      const payable = Math.ceil(seconds * mostRequestsPerSecond * payShare);
      const payableFrom = await world.placePayable(payable);
      const timing = { connections, warmupSeconds: 0, seconds };
      const job = { ...timing, url: replica.url, kind: 'mixed', payableFrom } as const;
      const { sample } = await load.measure(job);
      requests += sample.requests;
      failed += sample.failed;
      failure ??= sample.failure;
      const memory = await inspector.memory();
      samples.push({ requests, ...memory });
      say(`${requests} requests  heap ${memory.heapMib} MiB  rss ${memory.rssMib} MiB`);
      seconds = Math.ceil(options.requests / options.samples / sample.requestsPerSecond) || 1;
    }
  } finally {
    inspector.close();
    await load.close();
  }
  return { samples, failed, ...(failure !== undefined && { failure }) };
}
