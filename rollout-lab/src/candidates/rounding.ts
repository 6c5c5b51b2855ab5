import type { Candidate } from './candidate.ts';

export const rounding: Candidate = {
  name: 'rounding',
  wrong: 'converts money through a float',
  caughtBy: 'shadow compare: no request fails',
  upTo: 'expand',
  faults: 'money-through-float',
  fromFaults: 'none',
  flags: ({ flags: { dualWrite, shadowCompare } }) => ({
    [dualWrite]: { enabled: true, rollout: 100 },
    [shadowCompare]: { enabled: true, rollout: 100 },
  }),
  expected: {
    outcome: 'rolled-back',
    caughtBy: ['mismatches'],
    fails: 'none',
    reach: 'nobody',
    divergent: true,
  },
};
