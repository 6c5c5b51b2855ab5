import { describe, expect, it } from 'vitest';
import { fakeResult } from '../../report/fake-result.ts';
import type { RunResult } from '../../run/result.ts';
import { figuresOf } from '../figures.ts';
import type { Judgement } from './claim.ts';
import { claims } from './index.ts';

/** The judgement on the only claim whose sentence has the words. */
function judged(words: string, ...results: RunResult[]): Judgement {
  const found = claims.filter((claim) => claim.published.includes(words));
  const [claim] = found;
  if (claim === undefined || found.length > 1) throw new Error(`${found.length} claims: ${words}`);
  return claim.judge({ strategies: figuresOf(results), profile: 'quick' });
}

const failing = (strategy: string, different: Partial<RunResult> = {}) =>
  fakeResult({ strategy, candidate: 'failing', outcome: 'rolled-back', ...different });
const healthy = (strategy: string, different: Partial<RunResult> = {}) =>
  fakeResult({ strategy, ...different });

describe('a published figure', () => {
  it.each([
    [840, true],
    [640, true],
    [62, false],
  ])('of 14 minutes, measured as %d s: reproduced %s', (deploymentSeconds, reproduced) => {
    const judgement = judged('Rolling Update deploys', healthy('rolling', { deploymentSeconds }));
    expect(judgement).toMatchObject({ reproduced, measured: `${deploymentSeconds}.0 s` });
    expect(judgement.why).toContain('profile quick');
  });

  it('is judged by the median of the valid runs, and told with its spread', () => {
    const runs = [20, 10, 15].map((p99ImpactMs) => healthy('blue-green', { p99ImpactMs }));
    const invalid = healthy('blue-green', { p99ImpactMs: 900, valid: false });
    expect(judged('Blue-Green adds 12 ms', ...runs, invalid)).toMatchObject({
      reproduced: true,
      measured: '+15.0 ms (+10.0 to +20.0 ms, n = 3)',
    });
  });

  it('is not measured without a run, and says what is missing', () => {
    expect(judged('Rolling Update rolls back', healthy('rolling'))).toEqual({
      reproduced: null,
      measured: 'not measured',
      why: 'no valid run of rolling with failing was rolled back',
    });
    const rolledBack = healthy('canary', { deploymentSeconds: null });
    expect(judged('Canary deploys in', rolledBack).reproduced).toBeNull();
  });

  it('of infrastructure may be ten points off, and comes with the peak', () => {
    const run = (infraCostDelta: number) => healthy('rolling', { infraCostDelta, infraPeak: 5 });
    expect(judged('Rolling Update adds 0 %', run(0.05))).toMatchObject({ reproduced: true });
    expect(judged('Rolling Update adds 0 %', run(0.2))).toMatchObject({
      reproduced: false,
      measured: '+20.0 %',
      why: expect.stringContaining('at the peak 5 replicas'),
    });
  });
});

describe('a bound on the rollback', () => {
  it('holds when the slowest run keeps it', () => {
    const runs = [0, 31].map((rollbackSeconds) => failing('canary', { rollbackSeconds }));
    expect(judged('Canary rolls back', ...runs.slice(0, 1)).reproduced).toBe(true);
    expect(judged('Canary rolls back', ...runs).reproduced).toBe(false);
  });

  it('has the rollback by weight beside that by flag', () => {
    const byWeight = failing('canary', { rollbackSeconds: 0.4, goBackBy: 'weight' });
    expect(
      judged('Canary rolls back', failing('canary', { rollbackSeconds: 0.2 }), byWeight),
    ).toMatchObject({ measured: '0.2 s; by the weight instead of the flag 0.4 s' });
    expect(judged('Canary rolls back', byWeight).reproduced).toBeNull();
  });
});

describe('94 % fewer failed requests', () => {
  const words = '94 % fewer';
  const run = (strategy: string, failedRequests: number) =>
    failing(strategy, { failedRequests, highestWeight: strategy === 'canary' ? 25 : 100 });

  it('is reproduced by as many', () => {
    expect(judged(words, run('canary', 6), run('blue-green', 100))).toMatchObject({
      reproduced: true,
      measured: '6 failed under canary and 100 under blue-green: 94 % fewer',
    });
  });

  it.each([
    [3, 4, '25 % fewer'],
    [3, 2, '50 % more, not fewer'],
  ])('is not by %d against %d', (canary, blueGreen, difference) => {
    const judgement = judged(words, run('canary', canary), run('blue-green', blueGreen));
    expect(judgement.reproduced).toBe(false);
    expect(judgement.measured).toContain(difference);
    expect(judgement.why).toContain('here 25 %');
  });

  it('is not measured without both, or with nothing to compare with', () => {
    expect(judged(words, run('canary', 3)).reproduced).toBeNull();
    expect(judged(words, run('canary', 3), run('blue-green', 0)).reproduced).toBeNull();
  });
});

describe('the blast radius', () => {
  const run = (strategy: string, blastRadiusCustomers: number) =>
    failing(strategy, { blastRadiusCustomers });

  it('is reproduced when canary hits the fewest and blue-green the most', () => {
    const least = [run('canary', 0.001), run('rolling', 0.002), run('blue-green', 0.01)];
    expect(judged('The blast radius', ...least).reproduced).toBe(true);
    const others = [run('canary', 0.003), run('rolling', 0.002), run('blue-green', 0.01)];
    expect(judged('The blast radius', ...others).reproduced).toBe(false);
    expect(judged('The blast radius', ...others.slice(1)).reproduced).toBeNull();
  });
});

describe('the order of the deployments', () => {
  const words = 'deploys faster than';
  const runs = (...seconds: number[]) =>
    ['blue-green', 'canary', 'rolling'].map((strategy, i) =>
      healthy(strategy, { deploymentSeconds: seconds[i] ?? null }),
    );

  it('is judged by the medians of all three', () => {
    expect(judged(words, ...runs(4, 6, 14)).reproduced).toBe(true);
    expect(judged(words, ...runs(150, 90, 70)).reproduced).toBe(false);
    expect(judged(words, ...runs(4, 6)).reproduced).toBeNull();
  });
});

describe('the published cost', () => {
  it('is refuted by the formula alone, and beside it stands what was measured', () => {
    expect(judged('75,000 $')).toMatchObject({
      reproduced: false,
      measured: '3,750 $ by share × duration × cost per hour',
      why: expect.stringContaining('a full outage'),
    });
    const failureCost = { perHour: 300_000, failedShare: 0.01, seconds: 3, amount: 2.5 };
    expect(judged('75,000 $', failing('canary', { failureCost })).measured).toContain(
      'Canary 2.50 $',
    );
  });
});

it('every claim is judged without any run, and nothing is reproduced by that', () => {
  for (const { published, judge } of claims) {
    const judgement = judge({ strategies: figuresOf([]), profile: 'quick' });
    expect(judgement.reproduced, published).not.toBe(true);
    expect(judgement.why).not.toMatch(/NaN|undefined|null/);
  }
});
