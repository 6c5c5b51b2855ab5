import { type Candidate, newBehaviour } from './candidate.ts';

export const failing: Candidate = {
  name: 'failing',
  wrong: '5 % of payments answer 500',
  caughtBy: 'success rate',
  upTo: 'expand',
  faults: `payments-fail=0.05@${newBehaviour}`,
  fromFaults: 'none',
  flags: () => ({ [newBehaviour]: { enabled: true, rollout: 100 } }),
  expected: {
    outcome: 'rolled-back',
    caughtBy: ['success-rate'],
    fails: 'new',
    reach: 'any',
    divergent: false,
  },
  expectedUnder: { canary: { reach: 'cohort' } },
};
