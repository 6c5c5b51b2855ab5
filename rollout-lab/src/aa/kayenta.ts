/**
 * The classifier of Spinnaker's canary judge, written anew after its description: the confidence
 * interval of the shift between two samples by the Mann-Whitney test in its normal approximation with
 * correction for ties and continuity, and the Hodges-Lehmann estimate of the shift. The canary is
 * `high` when the whole interval is above a part of the estimate.
 * spinnaker/kayenta: MannWhitneyClassifier, MannWhitney; there from R's wilcox.test.
 */
export interface KayentaOptions {
  /** Part of the estimated shift that the interval must be above. */
  readonly tolerance: number;
  /** Quantile of the normal distribution for the confidence: 2.3263 for 0.98. */
  readonly z: number;
}

/** As Kayenta's judge is shipped: confidence 0.98, tolerance 0.25. */
export const KAYENTA: KayentaOptions = { tolerance: 0.25, z: 2.326_347_874 };

/** Whether a metric of which less is better is classified as too high. */
export function isHigh(
  control: readonly number[],
  experiment: readonly number[],
  { tolerance, z }: KayentaOptions,
): boolean {
  if (control.length === 0 || experiment.length === 0) return false;
  if (control.length === experiment.length && control.every((y, i) => y === experiment[i]))
    return false;
  const shiftAt = rootsOf(control.toSorted(byValue), experiment.toSorted(byValue));
  return shiftAt(z) > tolerance * Math.abs(shiftAt(0));
}

const byValue = (a: number, b: number): number => a - b;

/** Where the standardized statistic of the experiment, shifted back, falls to a quantile; both sorted. */
function rootsOf(control: readonly number[], experiment: readonly number[]) {
  const ends = ([first = 0]: readonly number[], last = 0): [number, number] => [first, last];
  const [least, most] = ends(experiment, experiment.at(-1));
  const [leastControl, mostControl] = ends(control, control.at(-1));
  return (quantile: number): number => {
    let [low, high] = [least - mostControl, most - leastControl];
    const above = (shift: number) => standardized(control, experiment, shift) > quantile;
    if (!above(low)) return low;
    if (above(high)) return high;
    while (high - low > 1e-7) {
      const middle = (low + high) / 2;
      if (above(middle)) low = middle;
      else high = middle;
    }
    // From below: where ties make the statistic jump at 0, nothing above 0 is read into the rounding.
    return low;
  };
}

function standardized(control: readonly number[], experiment: readonly number[], shift: number) {
  const [m, n] = [experiment.length, control.length];
  let [i, j, above, ties] = [0, 0, 0, 0];
  while (i < m || j < n) {
    const mine = (experiment[i] ?? Number.POSITIVE_INFINITY) - shift;
    const value = Math.min(mine, control[j] ?? Number.POSITIVE_INFINITY);
    const [i0, j0] = [i, j];
    while (i < m && (experiment[i] ?? 0) - shift === value) i++;
    while (j < n && control[j] === value) j++;
    above += (i - i0) * ((j0 + j) / 2);
    const equal = i - i0 + j - j0;
    ties += equal ** 3 - equal;
  }
  const distance = above - (m * n) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  if (variance === 0) return 0;
  return (distance - Math.sign(distance) * 0.5) / Math.sqrt(variance);
}
