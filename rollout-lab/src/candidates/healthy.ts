import type { Candidate } from './candidate.ts';

export const healthy: Candidate = {
  name: 'healthy',
  wrong: 'nothing: the real releases of the change',
  caughtBy: 'nothing may',
  upTo: 'contract',
  faults: 'none',
  fromFaults: 'none',
  flags: () => ({}),
  expected: {
    outcome: 'released',
    caughtBy: [],
    fails: 'none',
    reach: 'nobody',
    divergent: false,
  },
};
