import { describe, expect, it } from 'vitest';
import { expectationOf } from '../candidates/candidate.ts';
import { candidates } from '../candidates/index.ts';
import { unexpected } from './expectations.ts';

const release = (name: string, failed: number) => ({
  release: name,
  requests: 1_000,
  failed,
  wrong: 0,
  p50Ms: 5,
  p99Ms: 20,
});

/** A run in which all went well. */
const well = {
  from: '1.0',
  outcome: 'released',
  caughtBy: [],
  failedRequests: 0,
  releases: [release('1.0', 0), release('2.0', 0)],
  reachPercent: null,
  highestWeight: 100,
  divergentRows: 0,
} as const;

/** A run that failed as `failing` must under canary. */
const caught = {
  ...well,
  outcome: 'rolled-back',
  caughtBy: ['success-rate'],
  failedRequests: 3,
  releases: [release('1.0', 0), release('2.0', 3)],
  reachPercent: 4.2,
  highestWeight: 5,
} as const;

function expectation(candidate: string, strategy: string) {
  const found = candidates.find(({ name }) => name === candidate);
  if (found === undefined) throw new Error(`there is no ${candidate}`);
  return expectationOf(found, strategy);
}

const healthy = expectation('healthy', 'canary');
const failing = expectation('failing', 'canary');

describe('what is not as it must be', () => {
  it('is nothing when all is', () => {
    expect(unexpected(healthy, well)).toEqual([]);
    expect(unexpected(failing, caught)).toEqual([]);
  });

  it.each([
    ['another outcome', healthy, { ...well, outcome: 'rolled-back' as const }, 'should have been'],
    ['a healthy one blamed', healthy, { ...well, caughtBy: ['p99'] }, 'the judge blamed p99'],
    ['a failed request', healthy, { ...well, failedRequests: 1 }, '1 requests failed'],
    ['caught by nothing', failing, { ...caught, caughtBy: [] }, 'caught by nothing'],
    ['caught by another check', failing, { ...caught, caughtBy: ['p99'] }, 'caught by p99'],
    ['no failure at all', failing, { ...caught, failedRequests: 0 }, 'no request failed'],
    [
      'the wrong release failing',
      failing,
      { ...caught, releases: [release('1.0', 1)] },
      'only the new release should',
    ],
    ['hits outside the canary', failing, { ...caught, reachPercent: 60 }, 'were in the canary'],
    [
      'hits that stay in a corner',
      expectation('ahead-of-backfill', 'blue-green'),
      { ...caught, reachPercent: 40 },
      'should have been from all of them',
    ],
    [
      'rows that did not diverge',
      expectation('rounding', 'canary'),
      { ...caught, caughtBy: ['mismatches'], failedRequests: 0 },
      'no row diverged',
    ],
  ])('%s', (_what, expected, seen, sentence) => {
    expect(unexpected(expected, seen).join('; ')).toContain(sentence);
  });
});

describe('what is expected', () => {
  it('differs where a strategy makes a difference', () => {
    expect(expectation('failing', 'canary').reach).toBe('cohort');
    expect(expectation('drops-in-flight', 'blue-green').outcome).toBe('released');
    expect(expectation('drops-in-flight', 'rolling').outcome).toBe('rolled-back');
  });
});
