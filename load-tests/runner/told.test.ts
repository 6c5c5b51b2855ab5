import { describe, expect, it } from 'vitest';
import type { Report } from '../k6/report.ts';
import { exitCodeOf, type Outcome, told } from './told.ts';

const all = { requests: 400, failed: 0, p50: 2, p95: 5, p99: 40, max: 90 };
const report: Report = {
  scenario: 'rollout',
  seconds: 60,
  journeys: 100,
  dropped: 0,
  wrong: 0,
  all,
  rows: [],
  evenly: all,
  p95: { all: 5 },
  baseline: null,
  limits: [],
  passed: true,
};
const own = { requests: 500, p50: 2, p95: 5, p99: 41 };
const green: Outcome = {
  report,
  before: null,
  readBack: { orders: 100, payments: 99, findings: [] },
  lab: { own, code: 0 },
};

describe('the exit code', () => {
  it.each<[string, Partial<Outcome>, number]>([
    ['0: limits kept, everything read back, the lab green', {}, 0],
    ["99, as k6's own: limits crossed", { report: { ...report, passed: false } }, 99],
    ['1: an order is not as it was told', { readBack: { ...green.readBack, findings: ['x'] } }, 1],
    ['1: no journey was completed', { report: { ...report, journeys: 0 } }, 1],
    ["the lab's: it is red", { lab: { own, code: 1 } }, 1],
    ["the lab's: it was too late itself", { lab: { own, code: 3 } }, 3],
    ['0: no lab was there', { lab: null }, 0],
  ])('is %s', (_, of, code) => expect(exitCodeOf({ ...green, ...of })).toBe(code));
});

describe('what is told', () => {
  it('holds both loads against each other', () => {
    expect(told(green)).toContain(
      "p99 of these journeys by k6 40.0 ms (400 requests), by the lab's own load 41.0 ms (500): 2.4 % less\n",
    );
  });

  it('says when they are too far apart', () => {
    const lab = { own: { ...own, p99: 60 }, code: 0 };
    expect(told({ ...green, lab })).toContain('33.3 % less; they should be within 10 %');
  });

  it('names what is not as it was told', () => {
    const readBack = { orders: 2, payments: 1, findings: ['order 1: told as paid, reads as open'] };
    expect(told({ ...green, readBack })).toContain('1 are not as told\n  order 1: told as paid');
  });
});
