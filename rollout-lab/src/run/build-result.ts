import type { Verdict } from '../judge/types.ts';
import type { LedgerReport } from '../ledger/finding.ts';
import type { LoadSummary } from '../load/types.ts';
import type { Recorder } from '../metrics/recorder.ts';
import type { PhaseStats, Stats } from '../metrics/types.ts';
import type { Environment, Event, LabCost, PhaseResult, RunResult } from './result.ts';
import type { RunOptions } from './run-options.ts';
import type { Outcome } from './steps.ts';

export interface Measured {
  readonly options: RunOptions;
  readonly startedAt: Date;
  readonly environment: Environment;
  readonly events: readonly Event[];
  readonly recorder: Recorder;
  readonly verdicts: readonly Verdict[];
  /** Epoch ms of each verdict. */
  readonly verdictTimes: readonly number[];
  readonly summary: LoadSummary;
  /** From the first request to the last. */
  readonly loadMs: number;
  readonly mix: Readonly<Record<string, number>>;
  readonly outcome: Outcome;
  readonly rollout: { from: number; to: number; replicaMs: number; peak: number };
  readonly ledger: LedgerReport;
  readonly cost: LabCost;
  readonly oldColumnsGone: boolean;
}

/** Puts the figures together; every one is defined in docs/lab.md. */
export function buildResult(measured: Measured): RunResult {
  const { options, recorder, ledger, rollout } = measured;
  const totals = recorder.totals();
  const baseline = recorder.phase('baseline');
  const during = recorder.phase('rollout');
  const reasons = reasonsAgainst(measured, totals);
  return {
    schemaVersion: 1,
    strategy: options.strategy.name,
    candidate: options.candidate.name,
    change: options.change.name,
    seed: options.seed,
    startedAt: measured.startedAt.toISOString(),
    environment: measured.environment,
    outcome: measured.outcome,
    expectedOutcome: options.candidate.expected,
    green: reasons.length === 0,
    reasons,
    verdicts: measured.verdicts,
    phases: recorder.phases().map(toPhase),
    requests: totals.requests,
    failedRequests: totals.failed,
    wrongAnswers: totals.wrong,
    lostOrders: ledger.counts.lost,
    doubleCharges: ledger.counts.double,
    mismatchedRows: ledger.counts.mismatched,
    findings: ledger.findings,
    failures: recorder.examples(),
    ledger: {
      ordersTold: ledger.ordersTold,
      paymentsTold: ledger.paymentsTold,
      captures: ledger.captures,
      rowsBefore: ledger.rowsBefore,
    },
    deploymentSeconds: measured.outcome === 'released' ? (rollout.to - rollout.from) / 1000 : null,
    baselineP99Ms: baseline.p99,
    rolloutP99Ms: during.p99,
    p99ImpactMs: difference(during.p99, baseline.p99),
    p99ImpactRatio: ratio(during.p99, baseline.p99),
    ...recovery(measured, totals),
    infraCostDelta: rollout.replicaMs / (options.replicas * (rollout.to - rollout.from)) - 1,
    infraPeak: rollout.peak,
    blastRadiusCustomers: totals.customers === 0 ? 0 : totals.customersHit / totals.customers,
    customersSeen: totals.customers,
    oldColumnsGone: measured.oldColumnsGone,
    load: loadResult(measured, totals),
    lab: measured.cost,
    events: measured.events,
  };
}

/** Detection and rollback, where something went wrong and was rolled back. */
function recovery({ outcome, verdicts, verdictTimes }: Measured, totals: Stats) {
  const failedAt = verdictTimes[verdicts.findIndex((verdict) => verdict.verdict === 'fail')];
  const { firstBadAt, lastBadAt } = totals;
  if (outcome === 'released' || failedAt === undefined || firstBadAt === null) {
    return { timeToDetectSeconds: null, rollbackSeconds: null };
  }
  return {
    timeToDetectSeconds: (failedAt - firstBadAt) / 1000,
    rollbackSeconds: Math.max(0, (lastBadAt ?? failedAt) - failedAt) / 1000,
  };
}

function reasonsAgainst(measured: Measured, totals: Stats): string[] {
  const { options, ledger, outcome, oldColumnsGone, summary } = measured;
  const { expected, upTo } = options.candidate;
  const reasons = Object.entries(ledger.counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  if (outcome !== expected) reasons.push(`${outcome}, and should have been ${expected}`);
  // A candidate that is made to fail requests fails some before it is caught.
  if (expected === 'released' && totals.failed > 0)
    reasons.push(`${totals.failed} requests failed`);
  if (totals.wrong > 0) reasons.push(`${totals.wrong} answers were wrong`);
  if (outcome === 'released' && upTo === 'contract' && !oldColumnsGone) {
    reasons.push('the old columns are still there');
  }
  if (summary.sent < summary.intended) {
    reasons.push(`invalid: only ${summary.sent} of ${summary.intended} requests were sent`);
  }
  return reasons;
}

function loadResult({ summary, mix, loadMs }: Measured, totals: Stats) {
  return {
    intended: summary.intended,
    sent: summary.sent,
    requestsPerSecond: totals.requests / (loadMs / 1000),
    latenessP99Ms: summary.lateness.p99,
    latenessMaxMs: summary.lateness.max,
    mix,
  };
}

function toPhase({ name, from, to, requests, failed, p50, p99 }: PhaseStats): PhaseResult {
  return {
    name,
    startedAt: new Date(from).toISOString(),
    endedAt: new Date(to ?? from).toISOString(),
    requests,
    failed,
    p50Ms: p50,
    p99Ms: p99,
  };
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}
