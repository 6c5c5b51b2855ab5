import type { Candidate } from './candidate.ts';

export const destructiveMigration: Candidate = {
  name: 'destructive-migration',
  wrong: 'renames the column in place: the Database Trap',
  caughtBy: 'nothing that moves traffic: the old release breaks',
  upTo: 'in-place',
  faults: 'none',
  fromFaults: 'none',
  flags: () => ({}),
  // The new release is better than the old one by every comparison: it alone works.
  expected: {
    outcome: 'released',
    caughtBy: [],
    fails: 'old',
    reach: 'everyone',
    divergent: false,
  },
};
