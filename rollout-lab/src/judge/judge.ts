import type { Arm } from '../metrics/types.ts';
import { binomialGreater, fisherGreater } from './statistics.ts';
import type { Check, JudgeInput, Outcome, Thresholds, Verdict } from './types.ts';

const WORST_FIRST: readonly Outcome[] = ['fail', 'insufficient data', 'pass'];

/**
 * Judges a step of a rollout. Fail beats insufficient data, which beats pass.
 *
 * Failures are compared by exact tests, because a canary at 1 % has few requests and hardly any
 * failures, and there the normal approximation behind a z test or Wilson's interval does not hold:
 * at 10 requests and a limit of 99 % it would alarm at a single failure, which a release exactly at
 * the limit has 9.6 % of the time. Wrong answers do not count: in production nobody knows of them.
 */
export function judge(input: JudgeInput, thresholds: Thresholds): Verdict {
  const checks = [
    successRate(input, thresholds),
    p99(input, thresholds),
    mismatches(input, thresholds),
  ];
  const verdict = WORST_FIRST.find((o) => checks.some((c) => c.verdict === o)) ?? 'fail';
  return { step: input.step, at: new Date().toISOString(), verdict, checks };
}

/**
 * A surplus of failures that chance brings less often than this is not passed at once: the step goes
 * on until it is significant or fades. A few failures in a hundred are found so in short steps.
 */
const SUSPICIOUS = 0.2;
/** Share of requests above a 99th percentile. */
const SLOWER_THAN_P99 = 0.01;

const rateOf = (arm: Arm | null): number | null =>
  arm && arm.requests > 0 ? 1 - arm.failed / arm.requests : null;

const failedOf = ({ failed, requests }: Arm): string => `${failed} of ${requests} failed`;

/** Why there is too little data, null when there is enough. */
function thin({ canary, stable }: JudgeInput, least: number): string | null {
  const few = (name: string, { requests }: Arm) =>
    requests < least ? [`${name} has ${requests} requests, ${least} are needed`] : [];
  const reasons = [...few('canary', canary), ...(stable ? few('stable', stable) : [])];
  return reasons.length > 0 ? reasons.join('; ') : null;
}

function successRate(input: JudgeInput, thresholds: Thresholds): Check {
  const { canary, stable } = input;
  const { successRateMin, alpha, minRequests } = thresholds;
  const rate = rateOf(canary);
  const check = (verdict: Outcome, p: number, reason: string): Check => {
    const name = 'success-rate';
    return {
      name,
      verdict,
      canary: rate,
      stable: rateOf(stable),
      limit: successRateMin,
      p,
      reason,
    };
  };
  const arms = input.sinceStart ?? (stable ? { canary, stable } : null);
  const compared = arms
    ? `canary: ${failedOf(arms.canary)}, stable: ${failedOf(arms.stable)}`
    : `canary: ${failedOf(canary)}`;

  const relative = arms ? fisherGreater(arms.canary, arms.stable) : 1;
  if (relative < alpha) return check('fail', relative, `more than stable: ${compared}`);
  const absolute = binomialGreater(canary, 1 - successRateMin);
  if (absolute < alpha) return check('fail', absolute, `below the limit: ${compared}`);

  const p = arms ? relative : absolute;
  const tooFew = thin(input, minRequests);
  if (tooFew) return check('insufficient data', p, tooFew);
  if (rate !== null && rate < successRateMin)
    return check('insufficient data', p, `below the limit, perhaps by chance: ${compared}`);
  if (p < SUSPICIOUS && input.final !== true)
    return check('insufficient data', p, `suspicious, perhaps by chance: ${compared}`);
  return check('pass', p, compared);
}

/**
 * A p99 of a few hundred requests is the second or third slowest of them, which chance decides. So
 * the canary's p99 is held against the limit by the exact test of a quantile: if it were within the
 * limit, at most 1 % of the requests would be slower than that, and their number is binomial
 * (W. J. Conover, Practical Nonparametric Statistics, section 3.2). The test takes requests for
 * independent; a pause of the machine hits several at once, which the slack is there for.
 *
 * Where the stable replicas of the same seconds are beyond the fixed limit themselves, it says
 * nothing about the canary: it is blamed by the comparison alone, and passes only within the limit.
 */
function p99(input: JudgeInput, thresholds: Thresholds): Check {
  const { canary, stable } = input;
  const { p99MaxMs, p99Ratio, p99SlackMs, minRequests, alpha } = thresholds;
  const base = stable?.p99 ?? null;
  const relative = base === null ? p99MaxMs : Math.max(base * p99Ratio, base + p99SlackMs);
  const limit = Math.min(relative, p99MaxMs);
  const blamedFrom = base !== null && base > p99MaxMs ? relative : limit;
  const slow = canary.slowerThan(blamedFrom);
  const p = binomialGreater({ failed: slow, requests: canary.requests }, SLOWER_THAN_P99);
  const check = (verdict: Outcome, reason: string): Check => {
    return { name: 'p99', verdict, canary: canary.p99, stable: base, limit, p, reason };
  };
  const compared = `canary ${ms(canary.p99)}, stable ${ms(base)}, ${slow} of ${canary.requests} above ${ms(blamedFrom)}`;
  if (p < alpha) return check('fail', compared);
  const tooFew = thin(input, minRequests);
  if (tooFew) return check('insufficient data', tooFew);
  if (canary.p99 !== null && canary.p99 <= limit) return check('pass', compared);
  return check('insufficient data', `above the limit, perhaps by chance: ${compared}`);
}

const ms = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)} ms`);

function mismatches(input: JudgeInput, { mismatchesMax: limit }: Thresholds): Check {
  const { mismatches: canary } = input;
  const verdict = canary > limit ? 'fail' : 'pass';
  const reason = `${canary} mismatches of old and new value, ${limit} are allowed`;
  return { name: 'mismatches', verdict, canary, stable: null, limit, reason };
}
