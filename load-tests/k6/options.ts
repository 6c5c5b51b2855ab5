import type { Options } from 'k6/options';
import { limitsOf } from './limits.ts';
import { trendStats } from './report.ts';
import { baseline, releases, thresholds } from './settings.ts';

/** What the scripts have in common: how they measure, and the limits that they keep. */
export const optionsOf = (
  phases: readonly string[],
  scenarios: Record<string, object>,
): Options => ({
  summaryTrendStats: trendStats,
  thresholds: limitsOf({ thresholds, baseline, phases, releases }),
  scenarios: scenarios as NonNullable<Options['scenarios']>,
});
