import { build, type Histogram } from 'hdr-histogram-js';

// 10 µs a unit; 3 significant digits: 12.34 ms is kept as 12.34, 1,234.5 ms as 1,234 or 1,235.
const UNITS_PER_MS = 100;
// A minute, six times the load's request timeout; longer counts as a minute.
const HIGHEST = 60_000 * UNITS_PER_MS;

/** An empty HDR histogram of latencies, 58 kB, in plain JavaScript. */
export const latencyHistogram = (): Histogram =>
  build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

/** Adds a latency in ms; below zero counts as zero. */
export function record(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(HIGHEST, Math.max(0, Math.round(ms * UNITS_PER_MS))));
}

/** The given percentile in ms, null when nothing was recorded. 100 is the maximum. */
export const percentile = (histogram: Histogram, p: number): number | null =>
  histogram.totalCount === 0 ? null : histogram.getValueAtPercentile(p) / UNITS_PER_MS;
