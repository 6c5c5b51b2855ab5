import type { Candidate } from './candidate.ts';

export const dropsInFlight: Candidate = {
  name: 'drops-in-flight',
  wrong: 'exits at SIGTERM without draining',
  caughtBy: 'success rate during replacement',
  upTo: 'expand',
  faults: 'exit-without-draining',
  // What ends during a rollout are the old replicas: a way to end is wrong in all of them.
  fromFaults: 'exit-without-draining',
  flags: () => ({}),
  expected: {
    outcome: 'rolled-back',
    caughtBy: ['drops', 'success-rate'],
    fails: 'any',
    reach: 'any',
    divergent: false,
  },
  // Its old fleet ends when nobody is on it any more.
  expectedUnder: {
    'blue-green': { outcome: 'released', caughtBy: [], fails: 'none', reach: 'nobody' },
  },
};
