import { describe, expect, it } from 'vitest';
import type { Arm } from '../metrics/types.ts';
import { FIXED } from './fixed-thresholds.ts';
import { judge } from './judge.ts';
import type { Check, JudgeInput } from './types.ts';

const arm = (overrides: Partial<Arm> = {}): Arm => ({
  release: '1.0',
  requests: 1000,
  failed: 0,
  wrong: 0,
  p50: 10,
  p99: 100,
  slowerThan: () => 0,
  ...overrides,
});

/** An arm in which so many requests took 1 s and the others 10 ms. */
const slowArm = (slow: number, requests = 1000): Arm =>
  arm({
    requests,
    p99: slow > requests / 100 ? 1000 : 10,
    slowerThan: (ms) => (ms < 10 ? requests : ms < 1000 ? slow : 0),
  });
const verdictOf = (input: Partial<JudgeInput>) =>
  judge({ step: '5 %', canary: arm(), stable: arm(), mismatches: 0, ...input }, FIXED);
const check = (name: Check['name'], input: Partial<JudgeInput>) =>
  verdictOf(input).checks.find((c) => c.name === name);

describe('judge', () => {
  it('passes a canary like the stable release and names every check', () => {
    expect(verdictOf({})).toEqual({
      step: '5 %',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      verdict: 'pass',
      checks: [
        expect.objectContaining({ name: 'success-rate', canary: 1, stable: 1, limit: 0.99, p: 1 }),
        expect.objectContaining({ name: 'p99', canary: 100, stable: 100, limit: 150 }),
        expect.objectContaining({ name: 'mismatches', canary: 0, stable: null, limit: 0 }),
      ],
    });
  });

  it('lets fail beat insufficient data, and that beat pass', () => {
    const thin = { canary: arm({ requests: 5 }) };
    expect(verdictOf(thin).verdict).toBe('insufficient data');
    expect(verdictOf({ ...thin, mismatches: 1 }).verdict).toBe('fail');
  });
});

describe('success-rate', () => {
  const verdict = (canary: Partial<Arm>, stable: Partial<Arm> | null = {}) =>
    check('success-rate', { canary: arm(canary), stable: stable && arm(stable) });

  it('fails on significantly more failures than stable, even above the limit', () => {
    const worse = verdict({ failed: 8 }, { failed: 0 });
    expect(worse).toMatchObject({ verdict: 'fail', canary: 0.992 });
    expect(worse?.p).toBeLessThan(0.01);
  });

  it('passes the same failures when stable has them too', () => {
    expect(verdict({ failed: 8 }, { failed: 8 })).toMatchObject({ verdict: 'pass' });
    expect(verdict({ failed: 0 }, { failed: 8 })).toMatchObject({ verdict: 'pass' });
  });

  it('waits while a surplus is suspicious, and drops the suspicion when nobody waits any more', () => {
    const one = { canary: arm({ requests: 150, failed: 1 }), stable: arm({ requests: 850 }) };
    const suspicious = { verdict: 'insufficient data', p: expect.closeTo(0.15) };
    expect(check('success-rate', one)).toMatchObject(suspicious);
    expect(check('success-rate', { ...one, final: true })?.verdict).toBe('pass');
    const even = { canary: arm({ failed: 1 }), stable: arm() };
    expect(check('success-rate', even)?.verdict).toBe('pass');
  });

  it('adds failures up since the rollout began, at 100 % too', () => {
    const step = { canary: arm({ failed: 1 }), stable: null };
    expect(check('success-rate', step)?.verdict).toBe('pass');
    const sinceStart = { canary: arm({ failed: 6 }), stable: arm({ requests: 3000 }) };
    const added = check('success-rate', { ...step, sinceStart });
    expect(added).toMatchObject({ verdict: 'fail' });
    expect(added?.reason).toContain('6 of 1000 failed, stable: 0 of 3000 failed');
  });

  it('fails below the limit however bad stable is', () => {
    expect(verdict({ failed: 30 }, { failed: 30 })).toMatchObject({ verdict: 'fail' });
  });

  it('does not pass a rate below the limit that may be chance', () => {
    const unsure = verdict({ requests: 100, failed: 2 }, { requests: 100, failed: 2 });
    expect(unsure).toMatchObject({ verdict: 'insufficient data', canary: 0.98 });
  });

  it.each([
    [{ requests: 29 }, {}],
    [{}, { requests: 29 }],
    [{ requests: 0, p50: null, p99: null }, {}],
    [{}, { requests: 0, p50: null, p99: null }],
    [{ requests: 10, failed: 1 }, {}],
  ])('never passes thin data: canary %j, stable %j', (canary, stable) => {
    expect(verdict(canary, stable)?.verdict).not.toBe('pass');
    expect(verdictOf({ canary: arm(canary), stable: arm(stable) }).verdict).not.toBe('pass');
  });

  it('fails thin data when the failures are certain already', () => {
    expect(verdict({ requests: 5, failed: 5 })).toMatchObject({ verdict: 'fail' });
    expect(verdict({ requests: 5, failed: 5 }, { requests: 2 })).toMatchObject({ verdict: 'fail' });
    expect(verdict({ requests: 10, failed: 1 }, { requests: 10 })).toMatchObject({
      verdict: 'insufficient data',
    });
  });

  it('holds the fixed limit alone when there is no stable arm', () => {
    expect(verdict({ failed: 0 }, null)).toMatchObject({ verdict: 'pass', stable: null });
    expect(verdict({ failed: 30 }, null)).toMatchObject({ verdict: 'fail' });
    expect(verdict({ requests: 29 }, null)).toMatchObject({ verdict: 'insufficient data' });
  });
});

describe('p99', () => {
  const verdict = (canary: Arm, stable: Arm | null = arm({ p99: 10 })) =>
    check('p99', { canary, stable });

  it('takes the greater of ratio and slack for a limit, and the fixed one at most', () => {
    const limit = (p99: number) => verdict(arm(), arm({ p99 }))?.limit;
    expect([10, 100, 200, 400].map(limit)).toEqual([60, 150, 300, 500]);
    expect(verdict(arm(), null)?.limit).toBe(500);
  });

  it('fails when significantly more than 1 % are above the limit', () => {
    expect(verdict(slowArm(10))?.verdict).toBe('pass');
    expect(verdict(slowArm(18))?.verdict).toBe('insufficient data');
    expect(verdict(slowArm(19))).toMatchObject({ verdict: 'fail', canary: 1000, stable: 10 });
    expect(verdict(slowArm(19))?.p).toBeLessThan(0.01);
    expect(verdict(slowArm(19), null)?.verdict).toBe('fail');
  });

  it('finds a release that is always slow in a handful of requests', () => {
    expect(verdict(slowArm(2, 2))?.verdict).toBe('fail');
    expect(verdict(slowArm(1, 1))?.verdict).toBe('insufficient data');
  });

  it('does not blame the canary for a machine that stands still for both', () => {
    const stable = arm({ p99: 950 });
    expect(verdict(slowArm(32, 215), stable)?.verdict).toBe('insufficient data');
    expect(verdict(arm({ p99: 2000, slowerThan: () => 32 }), stable)?.verdict).toBe('fail');
    expect(verdict(arm({ p99: 600 }), stable)?.verdict).toBe('insufficient data');
    expect(verdict(arm({ p99: 450 }), stable)?.verdict).toBe('pass');
  });

  it('says nothing about thin data', () => {
    expect(verdict(slowArm(0, 29))?.verdict).toBe('insufficient data');
    const none = arm({ requests: 0, p50: null, p99: null });
    expect(verdict(none)?.verdict).toBe('insufficient data');
    expect(verdict(arm(), none)?.verdict).toBe('insufficient data');
  });
});

describe('mismatches', () => {
  it('fails above the limit', () => {
    expect(check('mismatches', { mismatches: 1 })?.verdict).toBe('fail');
    const lenient = { ...FIXED, mismatchesMax: 1 };
    const input = { step: 's', canary: arm(), stable: arm(), mismatches: 1 };
    expect(judge(input, lenient).verdict).toBe('pass');
  });
});
