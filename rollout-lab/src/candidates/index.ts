/** A release candidate: what its rollout does, what is wrong with it, and how that should end. */
export interface Candidate {
  readonly name: string;
  readonly wrong: string;
  readonly caughtBy: string;
  readonly expected: 'released' | 'rolled-back';
  /** How far its rollout goes: the release that expands, or the whole change. */
  readonly upTo: 'expand' | 'contract';
  /** FAULTS of the replicas that are rolled out. */
  readonly faults: string;
}

/** A new candidate is one row. */
export const candidates: readonly Candidate[] = [
  {
    name: 'healthy',
    wrong: 'nothing: the real releases of the change',
    caughtBy: 'nothing may',
    expected: 'released',
    upTo: 'contract',
    faults: 'none',
  },
  {
    name: 'failing',
    wrong: '5 % of payments answer 500',
    caughtBy: 'success rate',
    expected: 'rolled-back',
    upTo: 'expand',
    faults: 'payments-fail=0.05',
  },
];
