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
  /** All latencies of the canary may be this many times those of stable … */
  readonly latencyRatio: number;
  /** … or this much above them, whichever is more. */
  readonly latencySlackMs: number;
  /** With fewer requests in an arm there is no verdict but a failure that is certain already. */
  readonly minRequests: number;
  /** Probability of failing a release that is no worse, over all looks and checks of a rollout. */
  readonly alpha: number;
  /** Old and new value may differ so many times in the shadow compare. */
  readonly mismatchesMax: number;
  /** So many connections may break before a whole answer. */
  readonly dropsMax: number;
}

export type Outcome = 'pass' | 'fail' | 'insufficient data';

export interface Check {
  readonly name: 'success-rate' | 'latency' | 'p99' | 'mismatches' | 'drops';
  readonly verdict: Outcome;
  /** A share, ms or a count, by the check's name; null when there is none. */
  readonly canary: number | null;
  readonly stable: number | null;
  readonly limit: number;
  /** Probability of as much by chance, over all looks and tests so far; a fail at `alpha`. */
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
  /**
   * The stable replicas in the same seconds; null when none of them answers any more. Then the canary
   * is compared with `sinceStart.stable`, and by the fixed limits alone without it.
   */
  readonly stable: Arm | null;
  /** The same two since the rollout began, or longer: evidence adds up. */
  readonly sinceStart?: { readonly canary: Arm; readonly stable: Arm };
  /** Of the shadow compare. */
  readonly mismatches: number;
  /** Of either arm: requests whose connection broke before a whole answer, since the rollout began. */
  readonly drops?: number;
  /** Nobody will wait for more data: a suspicion that did not harden is dropped. */
  readonly final?: boolean;
}
