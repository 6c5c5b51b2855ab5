import { describe, expect, it } from 'vitest';
import { Recorder } from '../metrics/recorder.ts';
import type { Observation } from '../metrics/types.ts';
import { failureCost } from './failure-cost.ts';

const answer = (second: number, ok: boolean): Observation => ({
  at: 1_800_000_000_000 + second * 1000,
  latencyMs: 0,
  kind: 'read-order',
  customer: 0,
  status: ok ? 200 : 500,
  release: '1.0',
  replica: 'a',
  ok,
  wrong: false,
  variant: false,
});

/** One answer a second; those at the given seconds fail. */
function totalsOf(seconds: number, ...failing: number[]) {
  const recorder = new Recorder();
  const answers = Array.from({ length: seconds }, (_, s) => answer(s, !failing.includes(s)));
  recorder.add(answers);
  return recorder.totals();
}

describe('the cost of the failures', () => {
  it('is nothing when nothing failed', () => {
    expect(failureCost(totalsOf(10), 300_000)).toEqual({
      perHour: 300_000,
      failedShare: 0,
      seconds: 0,
      amount: 0,
    });
  });

  it('counts from the first failure to the last, however long it was good before and after', () => {
    const failing = Array.from({ length: 46 }, (_, n) => 100 + 20 * n);
    const cost = failureCost(totalsOf(2_000, ...failing), 300_000);
    // 15 minutes with 46 of 901 answers failed: about the 5 % of the published example.
    expect(cost.seconds).toBe(900);
    expect(cost.failedShare).toBeCloseTo(46 / 901, 10);
    expect(cost.amount).toBeCloseTo((46 / 901) * 75_000, 6);
  });
});
