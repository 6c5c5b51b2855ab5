import { describe, expect, it } from 'vitest';
import { type Delays, delayOf, p99Of } from './delays.ts';

const delays: Delays = { medianMs: 8, sigma: 0.866 };

describe('the delays of the target', () => {
  it.each([0, 1_000, 50_000])('have their median and their p99 after %i of them', (before) => {
    const stretch = Array.from({ length: 4_000 }, (_, k) => delayOf(delays, before + k + 1));
    stretch.sort((a, b) => a - b);
    expect(p99Of(delays)).toBeCloseTo(60, 0);
    expect((stretch[3_960] ?? 0) / p99Of(delays)).toBeCloseTo(1, 1);
    expect((stretch[2_000] ?? 0) / 8).toBeCloseTo(1, 1);
  });

  it('are all the same without a spread', () => {
    const same = { medianMs: 2, sigma: 0 };
    expect([1, 2, 1_000].map((k) => delayOf(same, k))).toEqual([2, 2, 2]);
  });
});
