import { expectationOf } from '../candidates/candidate.ts';
import type { FeedEvent } from '../feed/events.ts';
import type { Verdict } from '../judge/types.ts';
import type { LedgerReport } from '../ledger/finding.ts';
import type { LoadSummary } from '../load/types.ts';
import type { Recorder } from '../metrics/recorder.ts';
import type { PhaseStats, ReleaseStats, Stats } from '../metrics/types.ts';
import { cohortOf } from '../router/cohort.ts';
import { customerId } from '../world/seed.ts';
import { unexpected } from './expectations.ts';
import type { Environment, LabCost, PhaseResult, ReleaseResult, RunResult } from './result.ts';
import type { RunOptions } from './run-options.ts';
import type { Outcome } from './steps.ts';

export interface Measured {
  readonly options: RunOptions;
  readonly startedAt: Date;
  readonly environment: Environment;
  readonly timeline: readonly FeedEvent[];
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
  const figures = figuresOf(measured);
  const reasons = [...reasonsAgainst(measured, figures), ...figures.invalidBecause];
  return { ...figures, green: reasons.length === 0, reasons };
}

type Figures = Omit<RunResult, 'green' | 'reasons'>;

function figuresOf(measured: Measured): Figures {
  const { options, recorder, ledger, rollout } = measured;
  const totals = recorder.totals();
  const baseline = recorder.phase('baseline');
  const during = recorder.phase('rollout');
  const invalidBecause = reasonsInvalid(measured);
  return {
    schemaVersion: 2,
    strategy: options.strategy.name,
    candidate: options.candidate.name,
    change: options.change.name,
    goBackBy: options.goBackBy,
    seed: options.seed,
    startedAt: measured.startedAt.toISOString(),
    environment: measured.environment,
    complete: true,
    valid: invalidBecause.length === 0,
    invalidBecause,
    outcome: measured.outcome,
    expected: expectationOf(options.candidate, options.strategy.name),
    verdicts: measured.verdicts,
    caughtBy: caughtBy(measured.verdicts),
    phases: recorder.phases().map(toPhase),
    releases: recorder.releases().map(toRelease),
    requests: totals.requests,
    failedRequests: totals.failed,
    wrongAnswers: totals.wrong,
    droppedRequests: recorder.drops(),
    lostOrders: ledger.counts.lost,
    doubleCharges: ledger.counts.double,
    mismatchedRows: ledger.counts.mismatched,
    divergentRows: 0,
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
    latency: { before: [], during: [], after: null },
    ...recovery(measured, totals),
    failureCost: { perHour: 0, failedShare: 0, seconds: 0, amount: 0 },
    infraCostDelta: rollout.replicaMs / (options.replicas * (rollout.to - rollout.from)) - 1,
    infraPeak: rollout.peak,
    blastRadiusCustomers: totals.customers === 0 ? 0 : totals.customersHit / totals.customers,
    customersSeen: totals.customers,
    ...reach(measured),
    oldColumnsGone: measured.oldColumnsGone,
    load: loadResult(measured, totals),
    lab: measured.cost,
    timeline: measured.timeline,
  };
}

function caughtBy(verdicts: readonly Verdict[]): string[] {
  const failed = verdicts.flatMap((v) => v.checks.filter((check) => check.verdict === 'fail'));
  return [...new Set(failed.map((check) => check.name))];
}

/** How far the failures reached, and how far the new release did. */
function reach({ recorder, timeline, options }: Measured) {
  const places = recorder.customersHit().map((customer) => cohortOf(customerId(customer)));
  const weights = timeline.flatMap((event) =>
    event.type === 'weights'
      ? Object.entries(event.weights).map(([release, w]) =>
          release === options.change.from ? 0 : w,
        )
      : [],
  );
  return {
    reachPercent: places.length === 0 ? null : Math.max(...places),
    highestWeight: Math.max(0, ...weights),
  };
}

/** Detection and rollback, where something went wrong and was rolled back. */
function recovery({ outcome, verdicts, verdictTimes, recorder, options }: Measured, totals: Stats) {
  const failedAt = verdictTimes[verdicts.findIndex((verdict) => verdict.verdict === 'fail')];
  if (outcome === 'released' || failedAt === undefined) {
    return { timeToDetectSeconds: null, rollbackSeconds: null, recoverySeconds: null };
  }
  const { firstBadAt } = totals;
  const rolledOut = recorder.releases().find((r) => r.release === options.change.expand);
  // Where no answer was bad, all of the new release are taken for it.
  const lastAt = totals.lastBadAt ?? rolledOut?.lastAnswerAt ?? failedAt;
  const timeToDetectSeconds = firstBadAt === null ? null : (failedAt - firstBadAt) / 1000;
  const rollbackSeconds = Math.max(0, lastAt - failedAt) / 1000;
  const recoverySeconds =
    timeToDetectSeconds === null ? null : timeToDetectSeconds + rollbackSeconds;
  return { timeToDetectSeconds, rollbackSeconds, recoverySeconds };
}

/** Findings that no candidate may cause. */
function reasonsAgainst(measured: Measured, figures: Figures): string[] {
  const { options, ledger, outcome, oldColumnsGone } = measured;
  const { expected } = figures;
  const reasons = Object.entries(ledger.counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  reasons.push(...unexpected(expected, { ...figures, from: options.change.from }));
  if (figures.wrongAnswers > 0) reasons.push(`${figures.wrongAnswers} answers were wrong`);
  if (outcome === 'released' && options.candidate.upTo === 'contract' && !oldColumnsGone) {
    reasons.push('the old columns are still there');
  }
  return reasons;
}

function reasonsInvalid({ summary }: Measured): string[] {
  if (summary.sent >= summary.intended) return [];
  return [`invalid: only ${summary.sent} of ${summary.intended} requests were sent`];
}

function loadResult({ summary, mix, loadMs, options }: Measured, totals: Stats) {
  return {
    intended: summary.intended,
    sent: summary.sent,
    intendedPerSecond: options.rate,
    requestsPerSecond: totals.requests / (loadMs / 1000),
    latenessP50Ms: summary.lateness.p50,
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

function toRelease({ release, requests, failed, wrong, p50, p99 }: ReleaseStats): ReleaseResult {
  return { release, requests, failed, wrong, p50Ms: p50, p99Ms: p99 };
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}
