import { Judge } from '../judge/judge.ts';
import type { Thresholds } from '../judge/types.ts';
import type { Random } from '../load/random.ts';
import type { Second } from '../metrics/types.ts';
import { isHigh, KAYENTA } from './kayenta.ts';
import type { Planted } from './plant.ts';
import { newArms, Split } from './split.ts';
import type { Traffic } from './traffic.ts';

/** Half of the customers in each arm, for so many seconds: 110 requests a second each. */
const besideSeconds = 180;
/** Kayenta's judge is run once for a window, or at intervals; here also every so many seconds. */
const kayentaEvery = 36;

export interface Window {
  /** The canary's requests until the judge failed it; null when it did not. */
  readonly foundAt: number | null;
  readonly foundBy: readonly string[];
  /** Whether Kayenta's classifier fails it at the end; or at any of several looks. */
  readonly kayentaOnce: boolean;
  readonly kayentaEver: boolean;
}

/** Two arms beside each other, looked at every second by the judge, and by Kayenta's classifier. */
export function watchBeside(
  traffic: Traffic,
  planted: Planted,
  thresholds: Thresholds,
  random: Random,
): Window {
  const split = new Split(traffic, planted, random);
  const arms = newArms();
  const judge = new Judge(thresholds);
  const series: { canary: Second; stable: Second }[] = [];
  const highAt: boolean[] = [];
  let found: Pick<Window, 'foundAt' | 'foundBy'> = { foundAt: null, foundBy: [] };
  for (let second = 1; second <= besideSeconds; second++) {
    series.push(split.next(0.5, [arms]));
    if (found.foundAt === null) {
      const { mismatches } = split;
      const { checks } = judge.look({ step: '', ...arms, mismatches, sinceStart: arms });
      const foundBy = checks.filter((c) => c.verdict === 'fail').map(({ name }) => name);
      if (foundBy.length > 0) found = { foundAt: arms.canary.requests, foundBy };
    }
    if (second % kayentaEvery === 0) highAt.push(kayentaOf(series));
  }
  return { ...found, kayentaOnce: highAt.at(-1) ?? false, kayentaEver: highAt.includes(true) };
}

/** It is fed with series, as from a monitoring system: here a point a second. */
const metrics: readonly ((second: Second) => number)[] = [
  ({ latencies }) => quantile(latencies, 0.5),
  ({ latencies }) => quantile(latencies, 0.99),
  ({ failed, latencies }) => failed / latencies.length,
];

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
}

/** High in any of the metrics. */
function kayentaOf(series: readonly { canary: Second; stable: Second }[]): boolean {
  const filled = series.filter((s) => s.canary.latencies.length * s.stable.latencies.length > 0);
  return metrics.some((metric) =>
    isHigh(
      filled.map(({ stable }) => metric(stable)),
      filled.map(({ canary }) => metric(canary)),
      KAYENTA,
    ),
  );
}
