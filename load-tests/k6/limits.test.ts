import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kneeLimits, limitsOf, type Thresholds } from './limits.ts';

const thresholds: Thresholds = JSON.parse(
  readFileSync(new URL('../thresholds.json', import.meta.url), 'utf8'),
);
const { p99MaxMs, p99Ratio, p99SlackMs, successRateMin } = thresholds;
const told = { thresholds, baseline: null, phases: ['before', 'canary'], releases: ['1.0', '2.0'] };

describe('the limits of k6', () => {
  it("are the judge's own", () => {
    const limits = limitsOf(told);
    const worst = `rate<=${(1 - successRateMin).toFixed(4)}`;
    for (const phase of told.phases) {
      for (const release of [...told.releases, 'none']) {
        expect(limits[`answer_duration{phase:${phase},release:${release}}`]).toEqual([
          `p(99)<=${p99MaxMs}`,
        ]);
        expect(limits[`answer_failed{phase:${phase},release:${release}}`]).toEqual([worst]);
      }
    }
    expect(limits['answer_failed{operation:pay-order,release:2.0}']).toEqual([worst]);
  });

  it('are not kept by somebody who has done nothing, or had nobody to send', () => {
    expect(limitsOf(told)).toMatchObject({
      journeys_completed: ['count>0'],
      dropped_iterations: ['count==0'],
      answer_wrong: ['rate==0'],
    });
  });

  it.each([
    ['a quick shop may take the slack longer', 10, 10 + p99SlackMs],
    ['a slow one its share longer', 4 * p99SlackMs, 4 * p99SlackMs * p99Ratio],
    ['but nobody longer than the limit for all', p99MaxMs, p99MaxMs],
  ])('beside a baseline: %s', (_, before, most) => {
    const baseline = { p95: { all: before, 'read-order': before } };
    const limits = limitsOf({ ...told, baseline });
    const rule = [`p(95)<=${most.toFixed(1)}`];
    expect(limits['answer_duration{release:2.0}']).toEqual(rule);
    expect(limits['answer_duration{operation:read-order,release:2.0}']).toEqual(rule);
  });

  it('end a script that goes to the knee', () => {
    const limits = kneeLimits(thresholds, ['at-25', 'at-50']);
    expect(limits['answer_duration{phase:at-50}']).toEqual([
      { threshold: `p(99)<=${p99MaxMs}`, abortOnFail: true, delayAbortEval: '5s' },
    ]);
    expect(limits['dropped_iterations{scenario:at-25}']).toHaveLength(1);
  });
});
