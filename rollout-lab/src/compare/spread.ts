/** A figure of several runs. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/** Of the figures that there are; null without any. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const middle = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const [low, high] = middle;
  if (min === undefined || max === undefined || low === undefined || high === undefined)
    return null;
  return { median: (low + high) / 2, min, max, n: sorted.length };
}
