import { type Candidate, newBehaviour } from './candidate.ts';

export const slow: Candidate = {
  name: 'slow',
  wrong: '+150 ms on 10 % of order reads',
  caughtBy: 'p99',
  upTo: 'expand',
  faults: `order-reads-slow=0.1:150@${newBehaviour}`,
  fromFaults: 'none',
  flags: () => ({ [newBehaviour]: { enabled: true, rollout: 100 } }),
  expected: {
    outcome: 'rolled-back',
    caughtBy: ['p99', 'latency'],
    fails: 'none',
    reach: 'nobody',
    divergent: false,
  },
};
