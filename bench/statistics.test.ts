import { describe, expect, it } from 'vitest';
import { median, pairedRatios, percentile, regression } from './statistics.ts';

describe('median', () => {
  it('is the middle one, or halfway between the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is a value that was observed, by nearest rank', () => {
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 99)).toBe(99);
    expect(percentile(hundred, 100)).toBe(100);
    expect(percentile([3], 99)).toBe(3);
    expect(percentile([], 50)).toBeNaN();
  });

  it('of values put together is not the mean of the percentiles', () => {
    const quiet = Array.from({ length: 990 }, () => 1);
    const slow = Array.from({ length: 10 }, () => 100);
    expect(percentile([...quiet, ...slow], 99)).toBe(1);
    expect((percentile(quiet, 99) + percentile(slow, 99)) / 2).toBe(50.5);
  });
});

describe('paired ratios', () => {
  it('take the slow round out, which a ratio of medians does not', () => {
    const of = [100, 10, 100, 50, 100];
    const to = [200, 20, 200, 100, 200];
    expect(pairedRatios(of, to)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(median(pairedRatios([100, 10, 12], [200, 20, 8]))).toBe(0.5);
    expect(median([100, 10, 12]) / median([200, 20, 8])).toBe(0.6);
  });

  it('leave out a round that has no partner', () => {
    expect(pairedRatios([1, 2, 3], [1, 2])).toEqual([1, 1]);
  });
});

describe('regression', () => {
  it('finds the line that points lie on, without error', () => {
    const points = [0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x }));
    expect(regression(points)).toEqual({ slope: 2, intercept: 5, slopeError: 0 });
  });

  it('says how sure the slope is', () => {
    // By hand: residuals -1/6, 1/3, -1/6; sum of squares 1/6; sxx 2; one degree of freedom.
    const { slope, slopeError } = regression([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: 2, y: 1 },
    ]);
    expect(slope).toBeCloseTo(0.5, 12);
    expect(slopeError).toBeCloseTo(Math.sqrt(1 / 6 / 2), 12);
  });
});
