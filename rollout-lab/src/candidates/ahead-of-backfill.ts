import type { Candidate } from './candidate.ts';

export const aheadOfBackfill: Candidate = {
  name: 'ahead-of-backfill',
  wrong: 'reads the new column, with no fallback, before it is filled',
  caughtBy: 'success rate',
  upTo: 'expand',
  faults: 'reads-without-fallback',
  fromFaults: 'none',
  flags: ({ flags: { dualWrite, readNew } }) => ({
    [dualWrite]: { enabled: true, rollout: 100 },
    [readNew]: { enabled: true, rollout: 100 },
  }),
  expected: {
    outcome: 'rolled-back',
    caughtBy: ['success-rate'],
    fails: 'new',
    reach: 'everyone',
    divergent: false,
  },
  expectedUnder: { canary: { reach: 'cohort' } },
};
