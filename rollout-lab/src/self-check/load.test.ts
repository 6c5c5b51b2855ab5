import { describe, expect, it } from 'vitest';
import { latencyHistogram, record } from '../metrics/histogram.ts';
import { loadFigures } from './load.ts';

function allOf(ms: number) {
  const histogram = latencyHistogram();
  record(histogram, ms);
  return histogram;
}

describe('the comparison with k6', () => {
  it.each([
    [109, true],
    [91, true],
    [111, false],
    [89, false],
  ])('of %i ms with 100 ms is within a tenth: %s', (own, ok) => {
    const figures = loadFigures(allOf(own), allOf(100), []);
    expect(figures.difference).toBeCloseTo(own / 100 - 1, 2);
    expect(figures.ok).toBe(ok);
  });

  it('fails when one of the two did not keep its schedule, or measured nothing', () => {
    expect(loadFigures(allOf(100), allOf(100), ['late']).ok).toBe(false);
    expect(loadFigures(allOf(100), latencyHistogram(), []).ok).toBe(false);
  });
});
