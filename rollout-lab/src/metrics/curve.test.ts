import { describe, expect, it } from 'vitest';
import { curveOf } from './curve.ts';
import { latencyHistogram, record } from './histogram.ts';

describe('a curve', () => {
  it('rises from the fastest request to the slowest', () => {
    const histogram = latencyHistogram();
    for (let ms = 1; ms <= 1_000; ms++) record(histogram, ms / 100);
    const curve = curveOf(histogram);
    expect(curve[0]).toEqual([0, 0.01]);
    expect(curve.at(-1)).toEqual([100, 10]);
    const values = Object.fromEntries(curve);
    expect(values).toMatchObject({
      50: 5,
      75: 7.5,
      90: 9,
      95: 9.5,
      99: 9.9,
      99.5: 9.95,
      99.9: 9.99,
    });
    expect(values).toHaveProperty(['99.95']);
    expect(values).toHaveProperty(['99.99']);
    expect(curve.map(([p]) => p)).toEqual(curve.map(([p]) => p).toSorted((a, b) => a - b));
    expect(curve.map(([, ms]) => ms)).toEqual(curve.map(([, ms]) => ms).toSorted((a, b) => a - b));
  });

  it('is empty without a request', () => {
    expect(curveOf(latencyHistogram())).toEqual([]);
  });
});
