import { describe, expect, it } from 'vitest';
import { type Random, randomOf } from '../load/random.ts';
import type { Arm } from '../metrics/types.ts';
import { profiles } from '../run/profile.ts';
import { FIXED } from './fixed-thresholds.ts';
import { judge } from './judge.ts';

const TRIALS = 300;
/** Requests a second, and looks a second, of a run with the usual settings. */
const RATE = 220;
const LOOKS = 2;

/** Requests and failures of one side, which only grow. */
class Side {
  requests = 0;
  failed = 0;

  add(requests: number, failed: number): void {
    this.requests += requests;
    this.failed += failed;
  }

  arm(): Arm {
    const { requests, failed } = this;
    return { release: '', requests, failed, wrong: 0, p50: 5, p99: 20, slowerThan: () => 0 };
  }
}

/** How many of `n` things happen that each have a probability. */
const count = (random: Random, n: number, probability: number): number =>
  Array.from({ length: n }, random).filter((x) => x < probability).length;

/** Goes through the weights of a profile as the canary does; true when the judge let it through. */
function isReleased(random: Random, failureRate: number, background: number): boolean {
  const { weights, stepMs, longestStepMs } = profiles.quick;
  const total = { canary: new Side(), stable: new Side() };
  for (const weight of weights) {
    const step = { canary: new Side(), stable: new Side() };
    for (let lasted = 1000 / LOOKS; ; lasted += 1000 / LOOKS) {
      // Which customers ask is chance: each request is the canary's with the weight's probability.
      const all = RATE / LOOKS;
      const toCanary = count(random, all, weight / 100);
      const failed = count(random, toCanary, failureRate);
      const failedBefore = count(random, all - toCanary, background);
      for (const arms of [step, total]) {
        arms.canary.add(toCanary, failed);
        arms.stable.add(all - toCanary, failedBefore);
      }
      const final = lasted >= longestStepMs;
      const { verdict } = judge(
        {
          step: '',
          canary: step.canary.arm(),
          stable: weight < 100 ? step.stable.arm() : null,
          sinceStart: { canary: total.canary.arm(), stable: total.stable.arm() },
          mismatches: 0,
          final,
        },
        { ...FIXED, minRequests: 20 },
      );
      if (verdict === 'fail' || (final && verdict !== 'pass')) return false;
      if (verdict === 'pass' && lasted >= stepMs) break;
    }
  }
  return true;
}

function released(seed: string, failureRate: number, background = 0): number {
  let through = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    if (isReleased(randomOf(seed, trial), failureRate, background)) through++;
  }
  return through;
}

describe('whole quick rollouts, 300 trials each', () => {
  it('hardly ever let a release through of which 5 % of the payments fail', () => {
    // Payments are 15 % of the requests.
    expect(released('failing', 0.05 * 0.15)).toBeLessThanOrEqual(6);
  });

  it('let a release without failures through, always', () => {
    expect(released('healthy', 0)).toBe(TRIALS);
  });
});
