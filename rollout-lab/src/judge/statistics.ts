// Lanczos approximation of the gamma function, g = 7, 9 terms (P. Godfrey's coefficients; about 15
// digits). C. Lanczos, SIAM Journal on Numerical Analysis 1 (1964).
const G = 7;
const FIRST = 0.99999999999980993;
const COEFFICIENTS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

const known: number[] = [];

/** Natural logarithm of n! for an integer n from 0. */
export function lnFactorial(n: number): number {
  known[n] ??= gamma(n);
  return known[n];
}

function gamma(n: number): number {
  const series = COEFFICIENTS.reduce((sum, c, i) => sum + c / (n + i + 1), FIRST);
  const t = n + G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (n + 0.5) * Math.log(t) - t + Math.log(series);
}

/** Natural logarithm of the number of ways to choose k of n. */
export const lnChoose = (n: number, k: number): number =>
  lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k);

/** Adds up term(from) … term(to), no more than 1. */
function sum(from: number, to: number, term: (x: number) => number): number {
  let total = 0;
  for (let x = from; x <= to; x++) total += term(x);
  return Math.min(1, total);
}

interface Counts {
  readonly failed: number;
  readonly requests: number;
}

/**
 * One-sided Fisher exact test: the probability that, with the failures of both arms dealt out at
 * random, `a` would get as many as it has or more.
 * R. A. Fisher, Statistical Methods for Research Workers (1934), section 21.02.
 */
export function fisherGreater(a: Counts, b: Counts): number {
  const failed = a.failed + b.failed;
  const requests = a.requests + b.requests;
  const all = lnChoose(requests, a.requests);
  return sum(a.failed, Math.min(failed, a.requests), (x) =>
    a.requests - x > requests - failed
      ? 0
      : Math.exp(lnChoose(failed, x) + lnChoose(requests - failed, a.requests - x) - all),
  );
}

/**
 * Clopper and Pearson's upper bound: the rate at which no more failures than these have a probability
 * of `alpha`. By bisection, to within 1e-6.
 * C. J. Clopper, E. S. Pearson, Biometrika 26 (1934).
 */
export function upperBound({ failed, requests }: Counts, alpha: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-6) {
    const rate = (low + high) / 2;
    const atMost = sum(0, failed, (x) =>
      Math.exp(lnChoose(requests, x) + x * Math.log(rate) + (requests - x) * Math.log1p(-rate)),
    );
    if (atMost > alpha) low = rate;
    else high = rate;
  }
  return high;
}
