import type { Arm, Second } from '../metrics/types.ts';
import { Evidence, lnRate, lnTable, ODDS, type Share } from './evidence.ts';
import { alwaysValidP, type Found, ms, SHARES, SUSPICIOUS, thin } from './level.ts';
import { upperBound } from './statistics.ts';
import type { Check, JudgeInput, Thresholds } from './types.ts';

/** The most that one second may multiply the evidence of latencies by. */
export const MOST_OF_A_SECOND = 4;
/**
 * Seconds of the stable replicas that their usual p99 is taken from, at least and at most: a burst
 * does not move it, and a machine that becomes slow for all does.
 */
const USUAL_FROM = 3;
const USUAL_OVER = 20;
/** Share of requests above a 99th percentile. */
const ABOVE_P99 = 0.01;

const above = ({ latencies }: Second, limit: number): Share => {
  const first = latencies.findIndex((latency) => latency > limit);
  return { hits: first < 0 ? 0 : latencies.length - first, of: latencies.length };
};
const NONE: Share = { hits: 0, of: 0 };
const sumOf = (shares: readonly Share[]): Share =>
  shares.reduce((sum, { hits, of }) => ({ hits: sum.hits + hits, of: sum.of + of }), NONE);
const p99Of = (sorted: readonly number[]): number =>
  sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
const byValue = (a: number, b: number): number => a - b;
const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

/** What the stable replicas were like before there was nothing left of them. */
interface Before {
  readonly limit: number;
  /** No more of their requests than this share was above it, most likely. */
  readonly rate: number;
}

/**
 * The slow end. A p99 of a few hundred requests is the second or third slowest of them, which chance
 * decides; so requests are counted. The usual p99 of the stable replicas is the median of the
 * p99s of their last twenty seconds; a request is slow, in either arm, above the limit that it gives. Then slow requests
 * are compared as failures are (W. J. Conover, Practical Nonparametric Statistics, section 3.2: a test
 * of a quantile is one of a count), and the canary is blamed when it has more than the stable replicas
 * in the same seconds and more than one in a hundred, which is what a p99 above the limit means.
 *
 * Against the fixed limit a second counts only when the stable replicas keep it themselves: where a
 * machine stands still for both, nobody is to blame, and nothing is proved either.
 */
export class P99 {
  readonly #thresholds: Thresholds;
  readonly #beside = new Evidence(ODDS, MOST_OF_A_SECOND);
  readonly #after = new Evidence(ODDS, MOST_OF_A_SECOND);
  readonly #fixed = new Evidence(ODDS, MOST_OF_A_SECOND);
  readonly #p99s: number[] = [];
  #slow: { canary: Share; stable: Share } = { canary: NONE, stable: NONE };
  #before: Before | null = null;
  #afterSeen: number | undefined;

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
  }

  add(canary: Second | null, stable: Second | null): void {
    // The limit is known before the second that is held against it.
    const usual = this.#p99s.length < USUAL_FROM ? null : median(this.#p99s.toSorted(byValue));
    if (canary && (!stable || this.#isCalm(stable))) {
      const slow = above(canary, this.#thresholds.p99MaxMs);
      this.#fixed.add((odds) => lnRate(slow, ABOVE_P99, odds));
    }
    if (canary && stable && usual !== null) {
      const limit = this.#limitFor(usual);
      const slow = { canary: above(canary, limit), stable: above(stable, limit) };
      this.#beside.add(lnTable(slow.canary, slow.stable));
      this.#slow = {
        canary: sumOf([this.#slow.canary, slow.canary]),
        stable: sumOf([this.#slow.stable, slow.stable]),
      };
    }
    if (!stable) return;
    this.#p99s.push(p99Of(stable.latencies));
    if (this.#p99s.length > USUAL_OVER) this.#p99s.shift();
  }

  check(input: JudgeInput): Check {
    this.#compareWithBefore(input);
    const { canary, stable, sinceStart } = input;
    const { p99MaxMs } = this.#thresholds;
    const isOften = this.#slow.canary.hits > this.#slow.canary.of * ABOVE_P99;
    const beside = isOften ? this.#beside.value : 0;
    const evidence = Math.max(beside, this.#after.value, this.#fixed.value);
    const base = (stable ?? sinceStart?.stable)?.p99 ?? null;
    const relative = base === null ? p99MaxMs : this.#limitFor(base);
    return {
      name: 'p99',
      canary: canary.p99,
      stable: base,
      limit: Math.min(relative, p99MaxMs),
      p: alwaysValidP(evidence),
      ...this.#find(input, evidence, relative),
    };
  }

  #find(input: JudgeInput, evidence: number, limit: number): Found {
    const { alpha, minRequests, p99MaxMs } = this.#thresholds;
    const { canary, final } = input;
    const slow = canary.slowerThan(Math.min(limit, p99MaxMs));
    const compared = `p99 ${ms(canary.p99)}, ${slow} of ${canary.requests} above ${ms(Math.min(limit, p99MaxMs))}`;
    if (alwaysValidP(evidence) <= alpha)
      return { verdict: 'fail', reason: `slow too often: ${compared}; ${this.#sinceStart()}` };
    const waits = (reason: string): Found => ({ verdict: 'insufficient data', reason });
    const tooFew = thin(input, minRequests);
    if (tooFew) return waits(tooFew);
    const beyond = this.#beyondFixed(input);
    if (beyond) return waits(beyond);
    const isAbove = (canary.p99 ?? 0) > limit;
    if ((isAbove || evidence > SUSPICIOUS) && final !== true)
      return waits(`suspicious, perhaps by chance: ${compared}`);
    return { verdict: 'pass', reason: compared };
  }

  #sinceStart(): string {
    const { canary, stable } = this.#slow;
    const share = ({ hits, of }: Share) => `${hits} of ${of}`;
    return `slow beside stable since the beginning: ${share(canary)}, of stable ${share(stable)}`;
  }

  /** Why a p99 above the fixed limit does not pass, null when it does or is not above. */
  #beyondFixed({ canary, stable, final }: JudgeInput): string | null {
    const { p99MaxMs, minRequests } = this.#thresholds;
    if (canary.p99 === null || canary.p99 <= p99MaxMs) return null;
    const calm = new Set(stable?.seconds().flatMap((s) => (this.#isCalm(s) ? [s.at] : [])));
    const counted = canary.seconds().filter(({ at }) => !stable || calm.has(at));
    const { hits, of } = sumOf(counted.map((second) => above(second, p99MaxMs)));
    if (of < minRequests)
      return `above ${ms(p99MaxMs)}, as stable is: nobody to blame, nothing proved`;
    if (hits <= of * ABOVE_P99) return null;
    if (final === true && this.#fixed.value <= SUSPICIOUS) return null;
    return `above ${ms(p99MaxMs)}, perhaps by chance`;
  }

  /** The canary's seconds after the last of the stable replicas, one by one. */
  #compareWithBefore({ canary, stable, sinceStart }: JudgeInput): void {
    if (stable || !sinceStart) return;
    this.#before ??= this.#beforeOf(sinceStart.stable);
    if (!this.#before) return;
    const { limit, rate } = this.#before;
    for (const second of canary.seconds(this.#afterSeen)) {
      const slow = above(second, limit);
      this.#after.add((odds) => lnRate(slow, rate, odds));
      this.#afterSeen = second.at;
    }
  }

  #beforeOf(stable: Arm): Before | null {
    const seconds = stable.seconds();
    if (seconds.length < USUAL_FROM) return null;
    const p99s = seconds.map(({ latencies }) => p99Of(latencies)).sort(byValue);
    const limit = this.#limitFor(median(p99s));
    const { hits, of } = sumOf(seconds.map((second) => above(second, limit)));
    const bound = upperBound({ failed: hits, requests: of }, SHARES.other * this.#thresholds.alpha);
    return { limit, rate: Math.max(bound, ABOVE_P99) };
  }

  #isCalm(stable: Second): boolean {
    const { hits, of } = above(stable, this.#thresholds.p99MaxMs);
    return hits <= of * ABOVE_P99;
  }

  #limitFor(usual: number): number {
    const { p99Ratio, p99SlackMs } = this.#thresholds;
    return Math.max(usual * p99Ratio, usual + p99SlackMs);
  }
}
