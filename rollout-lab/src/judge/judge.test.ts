import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Side } from '../aa/side.ts';
import { FIXED } from './fixed-thresholds.ts';
import { Judge } from './judge.ts';
import type { Check, JudgeInput, Thresholds, Verdict } from './types.ts';

/** What an arm does in each second: so many requests, some failed, some slow, the others 10 ms. */
interface Doing {
  readonly requests?: number;
  readonly failed?: number;
  readonly slow?: number;
  readonly slowMs?: number;
  readonly usualMs?: number;
}

function fill(side: Side, at: number, doing: Doing): void {
  const { requests = 100, failed = 0, slow = 0, slowMs = 1000, usualMs = 10 } = doing;
  const latencies = Array.from({ length: requests }, (_, i) =>
    i < requests - slow ? usualMs : slowMs,
  );
  side.add({ at, failed, latencies });
}

interface Course {
  readonly seconds?: number;
  readonly canary?: Doing | ((at: number) => Doing);
  readonly stable?: Doing | ((at: number) => Doing) | null;
  readonly before?: Doing;
  readonly thresholds?: Thresholds;
  /** Whether the judge is told of what was before. */
  readonly isTold?: boolean;
  readonly input?: Partial<JudgeInput>;
}

const at = (doing: Doing | ((at: number) => Doing), second: number): Doing =>
  typeof doing === 'function' ? doing(second) : doing;

/** The verdicts of the looks at the end of each second, after five seconds of stable alone. */
function looks(course: Course): Verdict[] {
  const { seconds = 10, canary = {}, stable = {}, before = {}, isTold = true } = course;
  const judge = new Judge(course.thresholds ?? FIXED);
  const arms = { canary: new Side(), stable: new Side() };
  const step = { canary: new Side(), stable: new Side() };
  for (let second = 0; second < 5; second++) fill(arms.stable, second, before);
  return Array.from({ length: seconds }, (_, i) => {
    for (const { canary: side } of [arms, step]) fill(side, 5 + i, at(canary, i));
    if (stable) for (const { stable: side } of [arms, step]) fill(side, 5 + i, at(stable, i));
    return judge.look({
      step: '5 %',
      canary: step.canary,
      stable: stable ? step.stable : null,
      ...(isTold && { sinceStart: arms }),
      mismatches: 0,
      ...course.input,
    });
  });
}

const last = (course: Course): Verdict | undefined => looks(course).at(-1);
const check = (name: Check['name'], course: Course): Check | undefined =>
  last(course)?.checks.find((c) => c.name === name);

describe('Judge', () => {
  it('passes a canary like the stable release and names every check', () => {
    expect(last({})).toEqual({
      step: '5 %',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      verdict: 'pass',
      checks: [
        expect.objectContaining({ name: 'success-rate', canary: 1, stable: 1, limit: 0.99, p: 1 }),
        expect.objectContaining({ name: 'latency', canary: 10, stable: 10, limit: 60, p: 1 }),
        expect.objectContaining({ name: 'p99', canary: 10, stable: 10, limit: 60, p: 1 }),
        expect.objectContaining({ name: 'mismatches', canary: 0, stable: null, limit: 0 }),
        expect.objectContaining({ name: 'drops', canary: 0, stable: null, limit: 0 }),
      ],
    });
  });

  it('lets fail beat insufficient data, and that beat pass', () => {
    const thin = { canary: { requests: 1 } };
    expect(last(thin)?.verdict).toBe('insufficient data');
    expect(last({ ...thin, input: { mismatches: 1 } })?.verdict).toBe('fail');
  });

  it('says the same of a rollout whether it serves one step or all', () => {
    const canary = { failed: 1, slow: 1 };
    const whole = looks({ seconds: 6, canary });
    const judge = new Judge(FIXED);
    const arms = { canary: new Side(), stable: new Side() };
    for (let second = 0; second < 5; second++) fill(arms.stable, second, {});
    for (let second = 5; second < 11; second++) {
      fill(arms.canary, second, canary);
      fill(arms.stable, second, {});
    }
    const late = judge.look({ step: '5 %', ...arms, sinceStart: arms, mismatches: 0 });
    expect(late.checks.map(({ p }) => p)).toEqual(whole.at(-1)?.checks.map(({ p }) => p));
  });

  it('never passes thin data, whatever it is like', () => {
    const doing = fc.record({
      failed: fc.integer({ min: 0, max: 3 }),
      slow: fc.integer({ min: 0, max: 3 }),
      requests: fc.integer({ min: 3, max: 40 }),
      usualMs: fc.integer({ min: 1, max: 2000 }),
    });
    const course = fc.record({
      canary: doing,
      stable: fc.option(doing),
      before: doing,
      seconds: fc.integer({ min: 1, max: 12 }),
      input: fc.record({ final: fc.boolean() }),
    });
    const least = FIXED.minRequests;
    fc.assert(
      fc.property(course, ({ canary, stable, before, seconds, input }) => {
        const verdict = last({ canary, stable, before, seconds, input })?.verdict;
        const others = stable ? stable.requests * seconds : before.requests * 5;
        if (canary.requests * seconds < least || others < least) expect(verdict).not.toBe('pass');
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('success-rate', () => {
  const of = (course: Course) => check('success-rate', course);

  it('fails on more failures than stable has in the same seconds, even above the limit', () => {
    const canary = (second: number) => ({ failed: second < 14 ? 1 : 0, requests: 200 });
    const worse = of({ seconds: 20, canary, stable: { requests: 200 } });
    expect(worse).toMatchObject({ verdict: 'fail', canary: 1 - 14 / 4000, stable: 1 });
    expect(worse?.p).toBeLessThan(0.01);
  });

  it('passes the same failures when stable has them too, in the same seconds', () => {
    const trouble = (second: number) => ({ failed: second === 4 ? 9 : 0 });
    expect(of({ canary: trouble, stable: trouble })?.verdict).toBe('pass');
    expect(of({ canary: {}, stable: trouble })?.verdict).toBe('pass');
  });

  it('waits while a surplus is suspicious, and drops the suspicion when nobody waits any more', () => {
    const one = (second: number) => ({ failed: second === 1 ? 1 : 0 });
    expect(of({ canary: one })?.verdict).toBe('insufficient data');
    expect(of({ canary: one, input: { final: true } })?.verdict).toBe('pass');
  });

  it('fails below the limit however bad stable is', () => {
    const bad = { failed: 3 };
    expect(of({ seconds: 20, canary: bad, stable: bad })?.verdict).toBe('fail');
  });

  it('does not pass a rate below the limit that may be chance', () => {
    const canary = (second: number) => ({ failed: second === 0 ? 2 : 0, requests: 10 });
    const unsure = { canary, stable: canary };
    expect(of(unsure)).toMatchObject({ verdict: 'insufficient data', canary: 0.98 });
    expect(of({ ...unsure, input: { final: true } })?.verdict).not.toBe('fail');
  });

  it('fails thin data when the failures are certain already', () => {
    const canary = { requests: 2, failed: 2 };
    expect(of({ seconds: 2, canary })?.verdict).toBe('fail');
    expect(of({ seconds: 1, canary: { requests: 2, failed: 1 } })?.verdict).toBe(
      'insufficient data',
    );
  });

  it('compares with before when nothing stable is left', () => {
    const canary = { failed: 1, requests: 200 };
    expect(of({ canary, stable: null, seconds: 30, before: { requests: 1000 } })?.verdict).toBe(
      'fail',
    );
    expect(of({ stable: null })).toMatchObject({ verdict: 'pass', stable: 1 });
    expect(of({ canary, stable: null, isTold: false, seconds: 30 })?.verdict).toBe('pass');
  });
});

describe('latency', () => {
  const of = (course: Course) => check('latency', course);

  it('fails a release that is always slower by more than the slack', () => {
    const slower = { usualMs: 70 };
    expect(of({ canary: slower })).toMatchObject({ verdict: 'fail', limit: 60 });
    expect(of({ canary: { usualMs: 55 } })?.verdict).toBe('pass');
  });

  it('asks for the effect in several seconds, however many requests are in one', () => {
    const canary = (second: number) => ({ usualMs: second < 4 ? 900 : 10, requests: 1000 });
    const all = looks({ canary, stable: { requests: 1000 }, seconds: 20 });
    const verdicts = all.map(({ checks }) => checks.find((c) => c.name === 'latency')?.verdict);
    expect(verdicts).not.toContain('fail');
    expect(verdicts.at(-1)).toBe('pass');
  });
});

describe('p99', () => {
  const of = (course: Course) => check('p99', course);
  const slow = { slow: 4, slowMs: 200 };

  it('takes the greater of ratio and slack for a limit, and the fixed one at most', () => {
    const limit = (usualMs: number) => of({ stable: { usualMs }, before: { usualMs } })?.limit;
    expect([10, 100, 200, 400].map(limit).map((ms) => Math.floor(ms ?? 0))).toEqual([
      60, 150, 300, 500,
    ]);
  });

  it('fails when more are slow than of the stable replicas', () => {
    expect(of({ canary: slow, seconds: 20 })).toMatchObject({ verdict: 'fail', limit: 60 });
    expect(of({ canary: { ...slow, slowMs: 55 }, seconds: 20 })?.verdict).toBe('pass');
  });

  it('compares with before when nothing stable is left', () => {
    expect(of({ canary: slow, stable: null, seconds: 20 })?.verdict).toBe('fail');
    expect(of({ stable: null, seconds: 20 })?.verdict).toBe('pass');
  });

  it('does not blame the canary for a machine that stands still for both', () => {
    const pause = (second: number) => (second < 2 ? { slow: 60, slowMs: 900 } : {});
    const all = looks({ canary: pause, stable: pause, seconds: 6 });
    expect(all.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(all.at(-1)?.verdict).toBe('pass');
    const still = { usualMs: 900 };
    const never = looks({ canary: still, stable: still, seconds: 20, input: { final: true } });
    expect(new Set(never.map(({ verdict }) => verdict))).toEqual(new Set(['insufficient data']));
  });

  it('survives a pause that hits the canary alone, and not one in every second', () => {
    const pause = (second: number) => (second < 2 ? { slow: 60, slowMs: 450 } : {});
    const all = looks({ canary: pause, seconds: 30 });
    expect(all.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(of({ canary: { slow: 60, slowMs: 450 }, seconds: 30 })?.verdict).toBe('fail');
  });
});

describe('mismatches and drops', () => {
  it.each(['mismatches', 'drops'] as const)('fail above the limit: %s', (name) => {
    expect(check(name, { input: { [name]: 1 } })?.verdict).toBe('fail');
    const lenient = { ...FIXED, mismatchesMax: 1, dropsMax: 1 };
    expect(last({ input: { [name]: 1 }, thresholds: lenient })?.verdict).toBe('pass');
  });
});
