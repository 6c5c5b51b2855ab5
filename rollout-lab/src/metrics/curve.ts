import type { Histogram } from 'hdr-histogram-js';
import { percentile } from './histogram.ts';
import type { Curve } from './types.ts';

/** Shares of the slowest requests, and each of them again ten, a hundred and a thousand times less. */
const shares = [1, 0.75, 0.5, 0.35, 0.25, 0.2, 0.15];
const decades = [1, 0.1, 0.01, 0.001];

/** Evenly spaced where a plot has a logarithmic axis for the share beyond: 50, 90, 99, 99.9 … */
const points = [
  ...decades.flatMap((decade) => shares.map((share) => roundedPercentile(share * decade))),
  99.99,
  100,
];

function roundedPercentile(beyond: number): number {
  return Number((100 * (1 - beyond)).toFixed(4));
}

/**
 * The percentiles of a histogram from 0 to 100; empty without a request. Where there are fewer
 * requests than a percentile tells apart, it is the slowest of them.
 */
export function curveOf(histogram: Histogram): Curve {
  return points.flatMap((p) => {
    const ms = percentile(histogram, p);
    return ms === null ? [] : [[p, ms] as const];
  });
}
