import { describe, expect, it } from 'vitest';
import { type Data, reportOf } from './report.ts';
import { html } from './report-html.ts';
import { text } from './report-text.ts';

const times = (count: number, p99: number) => ({
  count,
  med: 2,
  'p(95)': 5,
  'p(99)': p99,
  max: 90,
});
const kept = (rule: string, ok = true) => ({ [rule]: { ok } });

const data = (ok: boolean): Data => ({
  state: { testRunDurationMs: 61_400 },
  metrics: {
    answer_duration: { values: times(400, 40), thresholds: kept('p(99)<=500') },
    answer_failed: { values: { rate: 0.005, passes: 2, fails: 398 } },
    'answer_duration{drawn:evenly}': { values: times(350, 39) },
    'answer_duration{operation:read-order}': { values: times(200, 20) },
    'answer_duration{phase:canary,release:1.0}': { values: times(300, 30) },
    'answer_failed{phase:canary,release:1.0}': { values: { rate: 0, passes: 0, fails: 300 } },
    'answer_duration{phase:canary,release:2.0}': { values: times(100, 60) },
    'answer_failed{phase:canary,release:2.0}': {
      values: { rate: 0.02, passes: 2, fails: 98 },
      thresholds: kept('rate<=0.0100', ok),
    },
    'answer_duration{phase:canary,release:3.0}': {
      values: times(0, 0),
      thresholds: kept('p(99)<=500'),
    },
    journeys_completed: { values: { count: 99, rate: 2 }, thresholds: kept('count>0') },
    dropped_iterations: { values: { count: 0, rate: 0 }, thresholds: kept('count==0') },
  },
});

const told = { phases: ['before', 'canary'], releases: ['1.0', '2.0', '3.0'], baseline: null };

describe('the report of a script', () => {
  it('has a row for each release that answered in a phase', () => {
    const { rows, all, evenly, p95, journeys } = reportOf('rollout', told, data(true));
    expect(
      rows.map(({ phase, release, requests, p99, failed }) => [
        phase,
        release,
        requests,
        p99,
        failed,
      ]),
    ).toEqual([
      ['canary', '1.0', 300, 30, 0],
      ['canary', '2.0', 100, 60, 0.02],
    ]);
    expect(all).toMatchObject({ requests: 400, failed: 0.005, p50: 2, p95: 5, p99: 40 });
    expect(p95).toEqual({ all: 5, 'read-order': 5 });
    expect(evenly).toMatchObject({ requests: 350, p99: 39 });
    expect(journeys).toBe(99);
  });

  it('leaves out limits of what nobody has measured', () => {
    const { limits } = reportOf('rollout', told, data(true));
    expect(limits.map(({ metric }) => metric)).toEqual([
      'answer_duration',
      'answer_failed{phase:canary,release:2.0}',
      'journeys_completed',
    ]);
  });

  it('passes when every limit was kept, and says what was measured when not', () => {
    expect(reportOf('rollout', told, data(true)).passed).toBe(true);
    const red = reportOf('rollout', told, data(false));
    expect(red.passed).toBe(false);
    expect(text(red)).toContain(
      'CROSSED  answer_failed{phase:canary,release:2.0}: rate<=0.0100, measured 0.02\n1 of 3 limits crossed',
    );
    expect(html(red)).toContain('class="crossed"');
  });

  it('does not pass a limit that was crossed by something without samples', () => {
    const { metrics, state } = data(true);
    const nobody = { values: { count: 0, rate: 0 }, thresholds: kept('count>0', false) };
    const report = reportOf('rollout', told, {
      state,
      metrics: { ...metrics, journeys_completed: nobody },
    });
    expect(report.passed).toBe(false);
  });

  it('is a table for people', () => {
    expect(
      text(reportOf('rollout', told, data(true)))
        .split('\n')
        .slice(0, 4),
    ).toEqual([
      'phase   release  requests     p50     p95      p99  failed',
      'canary  1.0           300  2.0 ms  5.0 ms  30.0 ms  0.00 %',
      'canary  2.0           100  2.0 ms  5.0 ms  60.0 ms  2.00 %',
      'all                   400  2.0 ms  5.0 ms  40.0 ms  0.50 %',
    ]);
  });

  it('escapes what it puts into a page', () => {
    expect(html(reportOf('<b>', told, data(true)))).not.toContain('<b>');
  });
});

describe('the knee', () => {
  const stages = ['at-25', 'at-50', 'at-100'];
  const upTo = (crossed: number) => {
    const metrics = Object.fromEntries(
      stages.map((phase, nth) => [
        `answer_duration{phase:${phase}}`,
        { values: times(10, 5), thresholds: kept('p(99)<=500', nth !== crossed) },
      ]),
    );
    return reportOf(
      'stress',
      { ...told, phases: stages, toKnee: true },
      { state: { testRunDurationMs: 1 }, metrics },
    );
  };

  it.each([
    [2, 'at-50', true],
    [1, 'at-25', true],
    [0, null, false],
    [-1, 'at-100', true],
  ])('is before the stage that crosses: %i', (crossed, knee, passed) => {
    expect(upTo(crossed)).toMatchObject({ knee, passed });
  });

  it('is what the report says in the end', () => {
    expect(text(upTo(1))).toContain('the knee: 25 requests a second kept the limits');
    expect(text(upTo(0))).toContain('the first rate was too much already');
  });
});
