import type { Curve } from '../metrics/types.ts';
import type { LatencyCurves } from '../run/result.ts';
import { ms, none } from './format.ts';

const shown = [50, 90, 99, 99.9];

/** Names of the columns of `latencyRows`. */
export const latencyHead = ['', ...shown.map((p) => `p${p} ms`), 'slowest ms'];

export const windowNames = { before: 'before', during: 'during', after: 'after' } as const;

/** Percentiles before, during and after the rollout, a window each. */
export function latencyRows({ before, during, after }: LatencyCurves): string[][] {
  return [
    [windowNames.before, ...cells(before)],
    [windowNames.during, ...cells(during)],
    [windowNames.after, ...cells(after ?? [])],
  ];
}

function cells(curve: Curve): string[] {
  return [...shown, 100].map((p) => {
    // The curve has 75, 80, 85 … of each decade; of those asked for, 90 is one.
    const point = curve.find(([percentile]) => percentile >= p - 1e-9);
    return point === undefined ? none : ms(point[1]);
  });
}
