import { describe, expect, it } from 'vitest';
import { fisherGreater, lnFactorial, upperBound } from './statistics.ts';

const arm = (failed: number, requests: number) => ({ failed, requests });

describe('lnFactorial', () => {
  it('is the logarithm of the product', () => {
    let sum = 0;
    expect(lnFactorial(0)).toBeCloseTo(0, 12);
    for (let n = 1; n <= 2000; n++) {
      sum += Math.log(n);
      expect(Math.abs(lnFactorial(n) - sum)).toBeLessThan(1e-9);
    }
  });
});

describe('fisherGreater', () => {
  // The lady tasting tea, Fisher 1935: 17/70 and 1/70.
  it.each([
    [arm(3, 4), arm(1, 4), 17 / 70],
    [arm(4, 4), arm(0, 4), 1 / 70],
    [arm(0, 4), arm(4, 4), 1],
    // Fisher's twins, 1934: 10 of 13 and 2 of 17, 3095/6653325.
    [arm(10, 13), arm(2, 17), 3095 / 6_653_325],
    [arm(2, 30), arm(0, 300), (30 * 29) / (330 * 329)],
    [arm(0, 10), arm(0, 10), 1],
    [arm(0, 0), arm(3, 10), 1],
    [arm(5, 5), arm(0, 0), 1],
    [arm(5, 5), arm(5, 5), 1],
  ])('of %j against %j is %d', (a, b, p) => expect(fisherGreater(a, b)).toBeCloseTo(p, 10));

  it('stays a probability for many requests', () => {
    const p = fisherGreater(arm(1_000, 100_000), arm(1_000, 100_000));
    expect(p).toBeGreaterThan(0.5);
    expect(p).toBeLessThan(0.53);
    expect(fisherGreater(arm(5_000, 100_000), arm(0, 100_000))).toBeCloseTo(0, 12);
  });
});

describe('upperBound', () => {
  it.each([
    [arm(0, 300), 0.05, 1 - 0.05 ** (1 / 300)],
    [arm(0, 10), 0.01, 1 - 0.01 ** (1 / 10)],
    // Clopper and Pearson's intervals: 1 of 2 at 2.5 % is 0.98742.
    [arm(1, 2), 0.025, 0.98742],
  ])('of %j at %d is %d', (a, alpha, rate) => expect(upperBound(a, alpha)).toBeCloseTo(rate, 5));
});
