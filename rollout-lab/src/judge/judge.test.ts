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
  ...overrides,
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
  const verdict = (canary: Partial<Arm>, stable: Partial<Arm> | null = {}) =>
    check('p99', { canary: arm(canary), stable: stable && arm(stable) })?.verdict;

  it('allows the greater of ratio and slack', () => {
    expect(verdict({ p99: 150 })).toBe('pass');
    expect(verdict({ p99: 150.1 })).toBe('fail');
    expect(verdict({ p99: 60 }, { p99: 10 })).toBe('pass');
    expect(verdict({ p99: 60.1 }, { p99: 10 })).toBe('fail');
    expect(verdict({ p99: 300 }, { p99: 200 })).toBe('pass');
  });

  it('fails above the fixed limit, however slow stable is', () => {
    expect(verdict({ p99: 500 }, { p99: 499 })).toBe('pass');
    expect(verdict({ p99: 501 }, { p99: 499 })).toBe('fail');
    expect(verdict({ p99: 501, requests: 30 }, { requests: 1 })).toBe('fail');
    expect(verdict({ p99: 501 }, null)).toBe('fail');
    expect(verdict({ p99: 499 }, null)).toBe('pass');
  });

  it('compares no p99 of fewer than a hundred requests', () => {
    expect(verdict({ p99: 200, requests: 99 })).toBe('insufficient data');
    expect(verdict({ p99: 200 }, { requests: 99 })).toBe('insufficient data');
    expect(verdict({ p99: 200, requests: 100 }, { requests: 100 })).toBe('fail');
    expect(verdict({ p99: 140, requests: 99 })).toBe('pass');
  });

  it('says nothing about thin data, not even above the fixed limit', () => {
    expect(verdict({ p99: 900, requests: 29 })).toBe('insufficient data');
    expect(verdict({ requests: 0, p50: null, p99: null })).toBe('insufficient data');
    expect(verdict({}, { requests: 0, p50: null, p99: null })).toBe('insufficient data');
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
