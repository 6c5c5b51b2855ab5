import { describe, expect, it } from 'vitest';
import { type MemorySample, trendOf } from './memory.ts';

/** 21 samples over a million requests; MiB by the share of the requests that were sent. */
function samples(heap: (share: number) => number): MemorySample[] {
  return Array.from({ length: 21 }, (_, index) => {
    const share = index / 20;
    return { requests: share * 1_000_000, heapMib: heap(share), rssMib: 100 };
  });
}

describe('the trend of the memory', () => {
  it('is flat when only the first fifth grew', () => {
    const trend = trendOf(
      samples((share) => 20 + Math.min(share, 0.19) * 100),
      'heapMib',
    );
    expect(trend.slope).toBeCloseTo(0, 9);
    expect(trend.flat).toBe(true);
  });

  it('is not flat when 100 bytes of each request stay', () => {
    const kept = (100 * 1_000_000) / 1024 / 1024;
    const trend = trendOf(
      samples((share) => 20 + share * kept),
      'heapMib',
    );
    expect(trend.slope).toBeCloseTo(kept, 6);
    expect(trend.flat).toBe(false);
  });
});
