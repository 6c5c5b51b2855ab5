import type { Thresholds } from './types.ts';

/** For tests: known limits, whatever the shipped file says. */
export const FIXED: Thresholds = {
  successRateMin: 0.99,
  p99MaxMs: 500,
  p99Ratio: 1.5,
  p99SlackMs: 50,
  latencyRatio: 1.5,
  latencySlackMs: 50,
  minRequests: 30,
  alpha: 0.01,
  mismatchesMax: 0,
  dropsMax: 0,
};
