import type { Change } from '../changes/change.ts';
import type { Check } from '../judge/types.ts';
import type { FlagSetting } from '../run/flags.ts';

/** What a rollout of the candidate must lead to, and what may be wrong on the way. */
export interface Expectation {
  readonly outcome: 'released' | 'rolled-back';
  /** Checks of the judge of which one must have failed; empty: none may. */
  readonly caughtBy: readonly Check['name'][];
  /** Which releases fail requests: those before the rollout, or those that it brings. */
  readonly fails: 'none' | 'old' | 'new' | 'any';
  /** Who is hit: nobody but the canary's cohort, or customers from the whole range. */
  readonly reach: 'nobody' | 'cohort' | 'everyone' | 'any';
  /** Whether rows are left whose old and new shape say two things. */
  readonly divergent: boolean;
}

/** A release candidate: what its rollout does, what is wrong with it, and how that should end. */
export interface Candidate {
  readonly name: string;
  readonly wrong: string;
  readonly caughtBy: string;
  /**
   * How far its rollout goes: the release that expands; the whole change; from the release before it to
   * the one that contracts, with the columns renamed in place; or nowhere.
   */
  readonly upTo: 'expand' | 'contract' | 'in-place' | 'nothing';
  /** FAULTS of the replicas that are rolled out. */
  readonly faults: string;
  /** FAULTS of those before it. */
  readonly fromFaults: string;
  /** Flags of the behaviour that it brings: on before it is rolled out. */
  readonly flags: (change: Change) => Readonly<Record<string, FlagSetting>>;
  readonly expected: Expectation;
  /** Where a strategy makes a difference, by the strategy's name. */
  readonly expectedUnder?: Readonly<Record<string, Partial<Expectation>>>;
}

/** A flag for behaviour that is no change of the schema; faults ask for it by this name. */
export const newBehaviour = 'release.new-behaviour';

export function expectationOf(candidate: Candidate, strategy: string): Expectation {
  return { ...candidate.expected, ...candidate.expectedUnder?.[strategy] };
}
