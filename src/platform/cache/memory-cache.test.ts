import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics, type Metrics } from '../metrics.ts';
import type { Cache } from './cache.ts';
import { createMemoryCache } from './memory-cache.ts';

let clock: number;
let metrics: Metrics;
let cache: Cache;
let stored: { name: string } | null;
let loads: number;
const load = async () => {
  loads += 1;
  return stored;
};
const read = () => cache.getOrLoad('product:mug', load);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // The LRU cache holds on to the real clock; an entry that is made at the time 0 has no age for it.
  clock = 1;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  metrics = createMetrics('2.0');
  cache = createMemoryCache(metrics);
  stored = { name: 'Mug' };
  loads = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function pass(ms: number): void {
  clock += ms;
  vi.advanceTimersByTime(ms);
}

async function lookups(): Promise<Record<string, number>> {
  const { values } = await metrics.cacheLookups.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
}

describe('the cache of a replica on its own', () => {
  it('loads once and keeps', async () => {
    expect(await read()).toEqual({ name: 'Mug' });
    expect(await read()).toEqual({ name: 'Mug' });
    expect(loads).toBe(1);
    expect(await lookups()).toMatchObject({ hit: 1, miss: 1 });
  });

  it('gives each reader a value of its own', async () => {
    await read();
    const first = await read();
    if (first !== null) first.name = 'spoilt';
    expect(await read()).toEqual({ name: 'Mug' });
  });

  it('forgets after its time, and not before', async () => {
    await read();
    stored = { name: 'Cup' };
    pass(999);
    expect(await read()).toEqual({ name: 'Mug' });
    pass(2);
    expect(await read()).toEqual({ name: 'Cup' });
  });

  it('forgets what it is told to, and nothing else', async () => {
    await read();
    stored = { name: 'Cup' };
    await cache.invalidate(['product:pen']);
    expect(await read()).toEqual({ name: 'Mug' });
    await cache.invalidate(['product:mug']);
    expect(await read()).toEqual({ name: 'Cup' });
  });

  it('does not keep that something is not there, nor a failure', async () => {
    stored = null;
    expect(await read()).toBeNull();
    const fail = () => Promise.reject(new Error('no database'));
    await expect(cache.getOrLoad('product:mug', fail)).rejects.toThrow('no database');
    stored = { name: 'Mug' };
    expect(await read()).toEqual({ name: 'Mug' });
  });

  it('is not shared with other replicas, and says so', async () => {
    expect(cache.shared).toBe(false);
    await read();
    const other = createMemoryCache(metrics);
    await other.getOrLoad('product:mug', load);
    expect(loads).toBe(2);
  });
});
