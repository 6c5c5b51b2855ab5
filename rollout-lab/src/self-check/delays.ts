/** How long answers take: a median with a tail, as services have it. */
export interface Delays {
  readonly medianMs: number;
  /** Of the logarithms; 0: always the median. */
  readonly sigma: number;
}

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.3263;
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * Delay of answer k, from 1, in ms: log-normal. Not drawn but spread evenly over the distribution, by the multiples of the
 * golden ratio (H. Weyl 1916): any stretch of some thousand has the p99 that it should have, within a
 * percent or two, where as many drawn ones would scatter by five.
 */
export function delayOf({ medianMs, sigma }: Delays, k: number): number {
  return medianMs * Math.exp(sigma * normalQuantile((k * goldenRatio) % 1));
}

export const p99Of = ({ medianMs, sigma }: Delays): number => medianMs * Math.exp(sigma * z99);

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23: error below 4.5e-4. */
function normalQuantile(u: number): number {
  const tail = Math.min(u, 1 - u);
  const t = Math.sqrt(-2 * Math.log(tail));
  const z =
    t -
    (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return u < 0.5 ? -z : z;
}
