import type { Second } from '../metrics/types.ts';
import { Evidence, LEANINGS, lnRanks, rank } from './evidence.ts';
import { alwaysValidP, type Found, ms, SUSPICIOUS, thin } from './level.ts';
import { MOST_OF_A_SECOND } from './p99.ts';
import type { Check, JudgeInput, Thresholds } from './types.ts';

/**
 * All latencies of the canary, by rank, against those of the stable replicas in the same seconds,
 * each stretched by as much as does not matter yet.
 */
export class Latency {
  readonly #thresholds: Thresholds;
  readonly #beside = new Evidence(LEANINGS, MOST_OF_A_SECOND);
  #slower = 0;
  #requests = 0;

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
  }

  add(canary: Second, stable: Second | null): void {
    if (!stable) return;
    const ranks = rank(canary.latencies, stable.latencies.map(this.#stretched));
    this.#beside.add((leaning) => lnRanks(ranks, leaning));
    this.#slower += ranks.slower * ranks.canary;
    this.#requests += ranks.canary;
  }

  check(input: JudgeInput): Check {
    const { canary, stable, sinceStart } = input;
    const base = (stable ?? sinceStart?.stable)?.p50 ?? null;
    const p = alwaysValidP(this.#beside.value);
    return {
      name: 'latency',
      canary: canary.p50,
      stable: base,
      limit: this.#stretched(base ?? 0),
      p,
      ...this.#find(input, p),
    };
  }

  #find(input: JudgeInput, p: number): Found {
    const { alpha, minRequests } = this.#thresholds;
    const { canary, stable } = input;
    const compared = `median ${ms(canary.p50)}, ${this.#share} of the pairs beyond what does not matter`;
    if (p <= alpha) return { verdict: 'fail', reason: `slower than stable: ${compared}` };
    const tooFew = thin(input, minRequests);
    if (tooFew) return { verdict: 'insufficient data', reason: tooFew };
    if (!stable) return { verdict: 'pass', reason: 'nothing of the same seconds to rank it with' };
    if (this.#beside.value > SUSPICIOUS && input.final !== true)
      return { verdict: 'insufficient data', reason: `suspicious, perhaps by chance: ${compared}` };
    return { verdict: 'pass', reason: compared };
  }

  get #share(): string {
    return this.#requests === 0
      ? 'none'
      : `${((100 * this.#slower) / this.#requests).toFixed(0)} %`;
  }

  readonly #stretched = (ms: number): number =>
    Math.max(ms * this.#thresholds.latencyRatio, ms + this.#thresholds.latencySlackMs);
}
