import type { Arm } from '../metrics/types.ts';

/** The limits of a release, shared with k6 and the cluster engines: load-tests/thresholds.json. */
export interface Thresholds {
  /** Share of requests that must succeed, above 0 and up to 1. */
  readonly successRateMin: number;
  /** No canary may be slower than this at the 99th percentile. */
  readonly p99MaxMs: number;
  /** The canary's p99 may be this many times the stable's … */
  readonly p99Ratio: number;
  /** … or this much above it, whichever is more. */
  readonly p99SlackMs: number;
  /** With fewer requests in an arm there is no verdict but a failure that is certain already. */
  readonly minRequests: number;
  /** Probability at which a surplus of failed or slow requests no longer passes for chance. */
  readonly alpha: number;
  /** Old and new value may differ so many times in the shadow compare. */
  readonly mismatchesMax: number;
}

export type Outcome = 'pass' | 'fail' | 'insufficient data';

export interface Check {
  readonly name: 'success-rate' | 'latency' | 'p99' | 'mismatches' | 'drops';
  readonly verdict: Outcome;
  /** A share, ms or a count, by the check's name; null when there is none. */
  readonly canary: number | null;
  readonly stable: number | null;
  readonly limit: number;
  /** Probability of such a surplus of failed or slow requests by chance. */
  readonly p?: number;
  readonly reason: string;
}

export interface Verdict {
  readonly step: string;
  /** ISO 8601. */
  readonly at: string;
  readonly verdict: Outcome;
  readonly checks: readonly Check[];
  /** Somebody at the controls decided the step; the checks are the judge's all the same. */
  readonly decidedBy?: 'promoted by hand' | 'aborted by hand';
}

export interface JudgeInput {
  readonly step: string;
  readonly canary: Arm;
  /** null at 100 %, where no stable replica is left to compare with: then only fixed limits hold. */
  readonly stable: Arm | null;
  /**
   * The same two since the rollout began, over the same seconds: failures are rare and add up. At
   * 100 % they are all that there is to compare with.
   */
  readonly sinceStart?: { readonly canary: Arm; readonly stable: Arm };
  /** Of the shadow compare. */
  readonly mismatches: number;
  /** Requests whose connection broke before a whole answer, since the rollout began. */
  readonly drops?: number;
  /** Nobody will wait for more data: a suspicion that did not harden is dropped. */
  readonly final?: boolean;
}
