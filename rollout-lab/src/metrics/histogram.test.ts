import { describe, expect, it } from 'vitest';
import { latencyHistogram, percentile, record } from './histogram.ts';

describe('the latency histogram', () => {
  it('keeps 10 µs up to 20 ms, and three digits beyond', () => {
    for (const ms of [0.01, 1.23, 12.34, 19.99, 123.4, 1234, 59_990]) {
      const histogram = latencyHistogram();
      record(histogram, ms);
      const kept = percentile(histogram, 50) ?? Number.NaN;
      expect(Math.abs(kept - ms)).toBeLessThanOrEqual(ms < 20 ? 0.001 : ms / 1000);
    }
  });

  it('gives percentiles by rank', () => {
    const histogram = latencyHistogram();
    for (let ms = 1; ms <= 10; ms++) record(histogram, ms);
    expect([10, 50, 90, 91, 100].map((p) => percentile(histogram, p))).toEqual([1, 5, 9, 10, 10]);
  });

  it('takes what lies outside of its range as the nearest value', () => {
    const histogram = latencyHistogram();
    record(histogram, -1);
    expect(percentile(histogram, 100)).toBe(0);
    record(histogram, 1e9);
    expect(percentile(histogram, 100)).toBeCloseTo(60_000, -2);
  });

  it('has no percentile when it is empty', () => {
    expect(percentile(latencyHistogram(), 99)).toBeNull();
  });
});
