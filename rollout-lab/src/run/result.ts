import type { Expectation } from '../candidates/candidate.ts';
import type { FeedEvent } from '../feed/events.ts';
import type { Verdict } from '../judge/types.ts';
import type { Finding } from '../ledger/finding.ts';
import type { Curve, Observation } from '../metrics/types.ts';
import type { WayBack } from './context.ts';

/** What a run measured. Figures that do not apply are null, never 0. */
export interface RunResult {
  readonly schemaVersion: 2;
  readonly strategy: string;
  readonly candidate: string;
  /** The change of the schema that it went through. */
  readonly change: string;
  /** What a canary turned back first, where it went back. */
  readonly goBackBy: WayBack;
  /** The damage that was planted on purpose; null: none. */
  readonly plant: string | null;
  readonly seed: string;
  readonly startedAt: string;
  readonly environment: Environment;
  /** False when the run was ended before its time: then it holds what there was until then. */
  readonly complete: boolean;
  /** Whether the figures are worth anything: not when the generator could not keep up. */
  readonly valid: boolean;
  /** Why it is not valid, a sentence each. */
  readonly invalidBecause: readonly string[];
  readonly outcome: 'released' | 'rolled-back' | 'interrupted';
  /** What the candidate should have led to, under this strategy. */
  readonly expected: Expectation;
  /** All is as the candidate must lead to it, and nothing is lost, doubled or altered. */
  readonly green: boolean;
  /** Why it is not green, a sentence each. */
  readonly reasons: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Checks of the judge that failed. */
  readonly caughtBy: readonly string[];
  readonly phases: readonly PhaseResult[];
  /** What each release answered; `unknown` for requests without an answer. */
  readonly releases: readonly ReleaseResult[];
  readonly requests: number;
  readonly failedRequests: number;
  readonly wrongAnswers: number;
  /** Requests whose connection broke before a whole answer. */
  readonly droppedRequests: number;
  /** Null until the ledgers have been compared, as are the next three and `ledger`. */
  readonly lostOrders: number | null;
  readonly doubleCharges: number | null;
  readonly mismatchedRows: number | null;
  readonly divergentRows: number | null;
  /** Every row that does not add up, by name (the first hundred). */
  readonly findings: readonly Finding[];
  readonly failures: readonly Observation[];
  readonly ledger: LedgerSizes | null;
  readonly deploymentSeconds: number | null;
  readonly baselineP99Ms: number | null;
  readonly rolloutP99Ms: number | null;
  readonly p99ImpactMs: number | null;
  readonly p99ImpactRatio: number | null;
  /** Percentiles of the latency before, during and after the rollout. */
  readonly latency: LatencyCurves;
  readonly timeToDetectSeconds: number | null;
  readonly rollbackSeconds: number | null;
  readonly recoverySeconds: number | null;
  readonly failureCost: FailureCost;
  readonly infraCostDelta: number | null;
  readonly infraPeak: number;
  /** Share of customers with a failed or wrong answer, 0 to 1. */
  readonly blastRadiusCustomers: number;
  readonly customersSeen: number;
  /**
   * The highest place, in percent, of a customer who was hit, in the order in which customers come
   * into a canary; null when nobody was.
   */
  readonly reachPercent: number | null;
  /** The highest weight of the releases that were rolled out, percent. */
  readonly highestWeight: number;
  /**
   * How often a flag was switched on or off, and the longest time until every replica knew it, from the
   * moment before the flag server was told; null when none was switched.
   */
  readonly flagSwitches: { readonly count: number; readonly longestMs: number } | null;
  readonly oldColumnsGone: boolean;
  readonly load: LoadResult;
  /** Null until something was measured. */
  readonly lab: LabCost | null;
  readonly timeline: readonly FeedEvent[];
}

export interface PhaseResult {
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface ReleaseResult {
  readonly release: string;
  readonly requests: number;
  readonly failed: number;
  readonly wrong: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface LatencyCurves {
  readonly before: Curve;
  readonly during: Curve;
  /** Null when the run ended with its rollout. */
  readonly after: Curve | null;
}

/** What the failures would have cost a shop that earns so much an hour. */
export interface FailureCost {
  readonly perHour: number;
  /** Share of the requests from the first to the last failed or wrong answer that were bad. */
  readonly failedShare: number;
  readonly seconds: number;
  /** failedShare × hours × perHour, in the unit of perHour. */
  readonly amount: number;
}

export interface Environment {
  readonly node: string;
  readonly postgres: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly replicas: number;
  readonly rate: number;
  readonly seedOrders: number;
  readonly customers: number;
  readonly profile: string;
  /** Whether starting replicas ran at low priority. */
  readonly startsAtLowPriority: boolean;
}

export interface LedgerSizes {
  readonly ordersTold: number;
  readonly paymentsTold: number;
  readonly captures: number;
  readonly rowsBefore: number;
}

/** Whether the generator kept its schedule; lateness in ms. */
export interface LoadResult {
  readonly intended: number;
  readonly sent: number;
  /** Of the config, a second; and what came of it. */
  readonly intendedPerSecond: number;
  readonly requestsPerSecond: number;
  readonly latenessP50Ms: number | null;
  readonly latenessP99Ms: number | null;
  readonly latenessMaxMs: number | null;
  /** With a p99 of the lateness beyond this the run is not valid. */
  readonly latenessBoundMs: number;
  /** Requests that found every connection taken, and waited in the generator. */
  readonly withoutSlot: number;
  readonly mix: Readonly<Record<string, number>>;
}

/** What the lab's own process used; resident memory in MiB, processor time in cores. */
export interface LabCost {
  readonly rssStartMib: number;
  readonly rssEndMib: number;
  readonly rssPeakMib: number;
  readonly heapStartMib: number;
  readonly heapEndMib: number;
  /** Processor time a second, while requests were sent; null where it was not measured. */
  readonly routerCores: number | null;
  readonly generatorCores: number | null;
}
