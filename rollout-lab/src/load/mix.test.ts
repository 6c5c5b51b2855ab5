import { describe, expect, it } from 'vitest';
import { kindOf, MIX } from './mix.ts';
import { indexBelow, randomOf } from './random.ts';

const MIX_OF_SEED: Record<string, number> = {
  'read-order': 3500,
  'list-orders': 1037,
  'read-product': 1500,
  'create-order': 2442,
  'pay-order': 1521,
};

const tally = (seed: string, n: number) => {
  const counts: Record<string, number> = {};
  for (let k = 0; k < n; k++) {
    const kind = kindOf(randomOf(seed, k)());
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

describe('the mix', () => {
  it('adds up to 100 percent', () => {
    expect(MIX.reduce((sum, [, percent]) => sum + percent, 0)).toBe(100);
  });

  it('has exact bounds', () => {
    expect([0, 0.3499, 0.35, 0.45, 0.5999, 0.6, 0.85, 0.9999].map(kindOf)).toEqual([
      'read-order',
      'read-order',
      'list-orders',
      'read-product',
      'read-product',
      'create-order',
      'pay-order',
      'pay-order',
    ]);
    expect(() => kindOf(1)).toThrow(RangeError);
  });

  it('is the same for the same seed, request by request', () => {
    expect(tally('mix', 10_000)).toEqual(MIX_OF_SEED);
    expect(tally('another', 10_000)).not.toEqual(MIX_OF_SEED);
  });

  it('is within four standard deviations of its shares', () => {
    for (const [kind, percent] of MIX) {
      const p = percent / 100;
      const off = Math.abs((MIX_OF_SEED[kind] ?? 0) - 10_000 * p);
      expect(off).toBeLessThan(4 * Math.sqrt(10_000 * p * (1 - p)));
    }
  });
});

describe('randomOf', () => {
  it('gives each request numbers of its own', () => {
    const first = Array.from({ length: 1000 }, (_, k) => randomOf(1, k)());
    expect(new Set(first).size).toBe(1000);
  });

  it('spreads the second number evenly as well', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let k = 0; k < 10_000; k++) {
      const random = randomOf('spread', k);
      random();
      const i = indexBelow(random, 10);
      counts[i] = (counts[i] ?? 0) + 1;
    }
    // Chi-squared, 9 degrees of freedom: 27.9 is the 0.1 % point.
    expect(counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
  });
});
