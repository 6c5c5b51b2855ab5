import { describe, expect, it } from 'vitest';
import { type Random, randomOf } from '../load/random.ts';
import { latencyHistogram, percentile, record } from '../metrics/histogram.ts';
import type { Arm } from '../metrics/types.ts';
import { FIXED } from './fixed-thresholds.ts';
import { judge } from './judge.ts';
import type { Check } from './types.ts';

const TRIALS = 500;

interface Behaviour {
  readonly failureRate: number;
  /** Share of requests that take `slowMs` longer. */
  readonly slowShare: number;
  readonly slowMs: number;
}
const HEALTHY: Behaviour = { failureRate: 0.002, slowShare: 0, slowMs: 0 };

/** Lognormal: median 12 ms, sigma 0.6, so a p99 of about 48 ms. Normal by Box and Muller, 1958. */
const latency = (random: Random): number =>
  12 * Math.exp(0.6 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

function simulate(random: Random, requests: number, behaviour: Behaviour): Arm {
  const histogram = latencyHistogram();
  const latencies: number[] = [];
  let failed = 0;
  for (let i = 0; i < requests; i++) {
    if (random() < behaviour.failureRate) failed++;
    const slow = random() < behaviour.slowShare ? behaviour.slowMs : 0;
    latencies.push(latency(random) + slow);
  }
  for (const ms of latencies) record(histogram, ms);
  const [p50, p99] = [percentile(histogram, 50), percentile(histogram, 99)];
  const slowerThan = (ms: number) => latencies.filter((latency) => latency > ms).length;
  return { release: '', requests, failed, wrong: 0, p50, p99, slowerThan };
}

/** How many of the trials the check fails, with `n` requests in the canary and four times as many in stable. */
function alarms(seed: string, name: Check['name'], n: number, canary: Behaviour, stable = HEALTHY) {
  let count = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const random = randomOf(seed, trial);
    const arms = { canary: simulate(random, n, canary), stable: simulate(random, 4 * n, stable) };
    const { checks } = judge({ step: '', mismatches: 0, ...arms }, FIXED);
    if (checks.some((c) => c.name === name && c.verdict === 'fail')) count++;
  }
  return count;
}

describe('false alarms of A/A, seed "aa", 500 trials', () => {
  // alpha 0.01: 5 expected at most; 12 is the 99.8 % point of that binomial.
  it.each([30, 100, 400])('are within alpha for failures at n = %i', (n) => {
    expect(alarms('aa', 'success-rate', n, HEALTHY)).toBeLessThanOrEqual(12);
  });

  it('are within alpha for failures when both arms fail as often as is allowed', () => {
    const atLimit = { ...HEALTHY, failureRate: 0.01 };
    expect(alarms('aa', 'success-rate', 300, atLimit, atLimit)).toBeLessThanOrEqual(12);
  });

  it.each([20, 100, 400])('are rare for p99 at n = %i', (n) => {
    expect(alarms('aa', 'p99', n, HEALTHY)).toBeLessThanOrEqual(5);
  });
});

describe('power, seed "power", 500 trials', () => {
  it('finds 5 % of failures in 90 % of the trials at n = 200, and hardly ever at n = 20', () => {
    const failing = { ...HEALTHY, failureRate: 0.05 };
    expect(alarms('power', 'success-rate', 200, failing)).toBeGreaterThanOrEqual(450);
    expect(alarms('power', 'success-rate', 20, failing)).toBeLessThan(250);
  });

  it('finds 150 ms more on 10 % of the requests in 99 % of the trials at n = 150', () => {
    const slow = { ...HEALTHY, slowShare: 0.1, slowMs: 150 };
    expect(alarms('power', 'p99', 150, slow)).toBeGreaterThanOrEqual(495);
  });
});
