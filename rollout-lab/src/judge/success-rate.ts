import type { Arm, Second } from '../metrics/types.ts';
import { Evidence, FAILURE_ODDS, lnRate, lnTable, ODDS, type Share } from './evidence.ts';
import { alwaysValidP, type Found, SHARES, SUSPICIOUS, thin } from './level.ts';
import { fisherGreater } from './statistics.ts';
import type { Check, JudgeInput, Thresholds } from './types.ts';

/** A surplus of failures after the stable replicas that chance brings less often is waited out. */
const SUSPICIOUS_P = 0.5;

const failures = (second: Second): Share => ({ hits: second.failed, of: second.latencies.length });
const failedOf = ({ failed, requests }: Arm): string => `${failed} of ${requests} failed`;
const rateOf = (arm: Arm | null): number | null =>
  arm && arm.requests > 0 ? 1 - arm.failed / arm.requests : null;

/**
 * Failures of the canary: more than the stable replicas have in the same seconds, more than they had
 * before, or more than the limit allows. Exact throughout: a canary at 1 % has few requests and hardly
 * any failures. Wrong answers do not count: in production nobody knows of them.
 */
export class SuccessRate {
  readonly #thresholds: Thresholds;
  readonly #beside = new Evidence(FAILURE_ODDS);
  readonly #limit = new Evidence(ODDS);
  readonly #after = new After();

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
  }

  add(canary: Second, stable: Second | null): void {
    const seen = failures(canary);
    this.#limit.add((odds) => lnRate(seen, 1 - this.#thresholds.successRateMin, odds));
    if (stable) this.#beside.add(lnTable(seen, failures(stable)));
  }

  check(input: JudgeInput): Check {
    const { canary, stable, sinceStart } = input;
    const after = this.#after.look(input);
    const p = Math.min(
      alwaysValidP(this.#beside.value, SHARES.failuresBeside),
      alwaysValidP(this.#limit.value),
      alwaysValidP(1 / after.corrected),
    );
    return {
      name: 'success-rate',
      canary: rateOf(canary),
      stable: rateOf(stable ?? sinceStart?.stable ?? null),
      limit: this.#thresholds.successRateMin,
      p,
      ...this.#find(input, p, after.p),
    };
  }

  #find(input: JudgeInput, p: number, afterP: number): Found {
    const { alpha, minRequests, successRateMin } = this.#thresholds;
    const arms = input.sinceStart ?? input;
    const stable = arms.stable ? `, stable: ${failedOf(arms.stable)}` : '';
    const compared = `canary: ${failedOf(arms.canary)}${stable}`;
    if (p <= alpha) return { verdict: 'fail', reason: `too many: ${compared}` };
    const waits = (reason: string): Found => ({ verdict: 'insufficient data', reason });
    const tooFew = thin(input, minRequests);
    if (tooFew) return waits(tooFew);
    const isBelow = (rateOf(input.canary) ?? 0) < successRateMin;
    if (isBelow && (input.final !== true || this.#limit.value > SUSPICIOUS))
      return waits(`below the limit, perhaps by chance: ${compared}`);
    const isSuspicious = this.#beside.value > SUSPICIOUS || afterP < SUSPICIOUS_P;
    if (isSuspicious && input.final !== true)
      return waits(`suspicious, perhaps by chance: ${compared}`);
    return { verdict: 'pass', reason: compared };
  }
}

/**
 * The canary after the stable replicas: Fisher's exact test on all requests of both. It counts at the
 * first look, whenever the canary's requests have doubled since, and at the last; the k-th time it may
 * spend 1/k(k+1) of its alpha, which add up to one, however many there are (K. Lan, D. DeMets,
 * Discrete sequential boundaries for clinical trials, Biometrika 70 (1983)).
 */
class After {
  #looks = 0;
  #next = 0;
  #least = 1;

  look({ stable, sinceStart, final }: JudgeInput): { p: number; corrected: number } {
    if (stable || !sinceStart) return { p: 1, corrected: 1 };
    const p = fisherGreater(sinceStart.canary, sinceStart.stable);
    const { requests } = sinceStart.canary;
    if (requests >= this.#next || final === true) {
      this.#looks += 1;
      this.#next = 2 * requests;
      this.#least = Math.min(this.#least, p * this.#looks * (this.#looks + 1));
    }
    return { p, corrected: this.#least };
  }
}
