import type { Second } from '../metrics/types.ts';
import { counts } from './counts.ts';
import { Latency } from './latency.ts';
import { P99 } from './p99.ts';
import { SuccessRate } from './success-rate.ts';
import type { JudgeInput, Outcome, Thresholds, Verdict } from './types.ts';

const WORST_FIRST: readonly Outcome[] = ['fail', 'insufficient data', 'pass'];

/**
 * Judges the steps of one rollout, look by look; docs/judge.md says how and why. Over all looks and
 * checks of a rollout a release that is no worse is failed with a probability of `alpha` at the most.
 * One judge may serve one step or all steps of a rollout: it reads what happened before from
 * `sinceStart`, and no second twice.
 */
export class Judge {
  readonly #thresholds: Thresholds;
  readonly #successRate: SuccessRate;
  readonly #latency: Latency;
  readonly #p99: P99;
  #seen: number | undefined;

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds;
    this.#successRate = new SuccessRate(thresholds);
    this.#latency = new Latency(thresholds);
    this.#p99 = new P99(thresholds);
  }

  /** Fail beats insufficient data, which beats pass. */
  look(input: JudgeInput): Verdict {
    this.#take(input);
    const checks = [
      this.#successRate.check(input),
      this.#latency.check(input),
      this.#p99.check(input),
      ...counts(input, this.#thresholds),
    ];
    const verdict = WORST_FIRST.find((o) => checks.some((c) => c.verdict === o)) ?? 'fail';
    return { step: input.step, at: new Date().toISOString(), verdict, checks };
  }

  /** The seconds since the last look. */
  #take(input: JudgeInput): void {
    const arms = input.sinceStart ?? input;
    const canary = byTime(arms.canary.seconds(this.#seen));
    const stable = byTime(arms.stable?.seconds(this.#seen) ?? []);
    const times = [...new Set([...canary.keys(), ...stable.keys()])].sort((a, b) => a - b);
    for (const at of times) {
      this.#add(canary.get(at) ?? null, stable.get(at) ?? null);
      this.#seen = at;
    }
  }

  #add(canary: Second | null, stable: Second | null): void {
    this.#p99.add(canary, stable);
    if (!canary) return;
    this.#successRate.add(canary, stable);
    this.#latency.add(canary, stable);
  }
}

const byTime = (seconds: readonly Second[]): Map<number, Second> =>
  new Map(seconds.map((second) => [second.at, second]));
