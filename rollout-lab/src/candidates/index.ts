/** A release candidate: what its rollout does, what is wrong with it, and how that should end. */
export interface Candidate {
  readonly name: string;
  readonly wrong: string;
  readonly caughtBy: string;
  readonly expected: 'released' | 'rolled-back';
  /** How far its rollout goes: the whole change, or its first release alone. */
  readonly upTo: '2.0' | '4.0';
  /** FAULTS of the replicas that are rolled out. */
  readonly faults: string;
}

/** A new candidate is one row. */
export const candidates: readonly Candidate[] = [
  {
    name: 'healthy',
    wrong: 'nothing: the real 1.0 → 2.0 → 3.0 → 4.0',
    caughtBy: 'nothing may',
    expected: 'released',
    upTo: '4.0',
    faults: 'none',
  },
  {
    name: 'failing',
    wrong: '5 % of payments answer 500',
    caughtBy: 'success rate',
    expected: 'rolled-back',
    upTo: '2.0',
    faults: 'payments-fail=0.05',
  },
];
