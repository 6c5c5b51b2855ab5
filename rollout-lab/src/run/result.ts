import type { Verdict } from '../judge/types.ts';
import type { Finding } from '../ledger/finding.ts';
import type { Observation } from '../metrics/types.ts';

/** What a run measured. Figures that do not apply are null, never 0. */
export interface RunResult {
  readonly schemaVersion: 1;
  readonly strategy: string;
  readonly candidate: string;
  /** The change of the schema that it went through. */
  readonly change: string;
  readonly seed: string;
  readonly startedAt: string;
  readonly environment: Environment;
  readonly outcome: 'released' | 'rolled-back';
  /** What the candidate should have led to. */
  readonly expectedOutcome: 'released' | 'rolled-back';
  /** No customer noticed: nothing failed (unless the candidate makes it), lost, doubled, altered. */
  readonly green: boolean;
  /** Why it is not green, a sentence each. */
  readonly reasons: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly phases: readonly PhaseResult[];
  readonly requests: number;
  readonly failedRequests: number;
  readonly wrongAnswers: number;
  readonly lostOrders: number;
  readonly doubleCharges: number;
  readonly mismatchedRows: number;
  /** Every row that does not add up, by name (the first hundred). */
  readonly findings: readonly Finding[];
  readonly failures: readonly Observation[];
  readonly ledger: LedgerSizes;
  readonly deploymentSeconds: number | null;
  readonly baselineP99Ms: number | null;
  readonly rolloutP99Ms: number | null;
  readonly p99ImpactMs: number | null;
  readonly p99ImpactRatio: number | null;
  readonly timeToDetectSeconds: number | null;
  readonly rollbackSeconds: number | null;
  readonly infraCostDelta: number | null;
  readonly infraPeak: number;
  /** Share of customers with a failed or wrong answer, 0 to 1. */
  readonly blastRadiusCustomers: number;
  readonly customersSeen: number;
  readonly oldColumnsGone: boolean;
  readonly load: LoadResult;
  readonly lab: LabCost;
  readonly events: readonly Event[];
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
  readonly requestsPerSecond: number;
  readonly latenessP99Ms: number | null;
  readonly latenessMaxMs: number | null;
  readonly mix: Readonly<Record<string, number>>;
}

/** What the lab's own process used; resident memory in MiB. */
export interface LabCost {
  readonly rssStartMib: number;
  readonly rssEndMib: number;
  readonly rssPeakMib: number;
  readonly heapStartMib: number;
  readonly heapEndMib: number;
}

export interface Event {
  readonly at: string;
  readonly what: string;
}
