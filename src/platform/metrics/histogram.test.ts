import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { bucketsOf, increase, observations, quantile, sumOf } from './histogram.ts';

const infinity = Number.POSITIVE_INFINITY;

async function scraped(observed: readonly (readonly [route: string, seconds: number])[]) {
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'seconds',
    help: 'Seconds.',
    labelNames: ['route'],
    buckets: [0.1, 0.5, 1],
    registers: [registry],
  });
  for (const [route, seconds] of observed) histogram.observe({ route }, seconds);
  return registry.metrics();
}

describe('buckets', () => {
  it('are summed over the series that are wanted', async () => {
    const text = await scraped([
      ['/v1/orders', 0.05],
      ['/v1/payments', 0.7],
      ['/metrics', 9],
    ]);
    const buckets = bucketsOf(text, 'seconds', ({ route }) => route?.startsWith('/v1/') === true);
    expect([...buckets]).toEqual([
      [0.1, 1],
      [0.5, 1],
      [1, 2],
      [infinity, 2],
    ]);
  });

  it('read labels with quotes, commas and braces in them', () => {
    const text = 'seconds_bucket{route="a\\"},le=\\"1",le="0.5"} 3\n';
    const routes: (string | undefined)[] = [];
    const buckets = bucketsOf(text, 'seconds', ({ route }) => routes.push(route) > 0);
    expect(routes).toEqual(['a"},le="1']);
    expect([...buckets]).toEqual([[0.5, 3]]);
  });
});

describe('increase', () => {
  const before = new Map([
    [0.1, 90],
    [infinity, 100],
  ]);

  it('is the difference', () => {
    const after = new Map([
      [0.1, 95],
      [infinity, 110],
    ]);
    expect([...increase(before, after).values()]).toEqual([5, 10]);
  });

  it('is everything after a restart, never negative', () => {
    const after = new Map([
      [0.1, 2],
      [infinity, 120],
    ]);
    expect([...increase(before, after).values()]).toEqual([2, 120]);
  });
});

describe('quantile', () => {
  // 100 observations: 50 up to 0.1 s, 40 up to 0.5 s, 10 up to 1 s.
  const buckets = new Map([
    [0.1, 50],
    [0.5, 90],
    [1, 100],
    [infinity, 100],
  ]);

  it('is interpolated within its bucket, from 0 in the lowest', () => {
    expect(quantile(buckets, 0.25)).toBeCloseTo(0.05);
    expect(quantile(buckets, 0.7)).toBeCloseTo(0.3);
    expect(quantile(buckets, 0.99)).toBeCloseTo(0.95);
  });

  it('is the last finite edge where the value lies beyond it', () => {
    expect(quantile(sumOf([buckets, new Map([[infinity, 100]])]), 0.99)).toBe(1);
  });

  it('is not known without observations', () => {
    expect(quantile(new Map(), 0.99)).toBeNaN();
    expect(observations(new Map())).toBe(0);
  });
});
