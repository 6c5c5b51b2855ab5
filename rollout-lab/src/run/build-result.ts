import { expectationOf } from '../candidates/candidate.ts';
import type { Verdict } from '../judge/types.ts';
import { epochMs } from '../metrics/clock.ts';
import type { PhaseStats, ReleaseStats, Stats } from '../metrics/types.ts';
import type { Course } from './course.ts';
import { unexpected } from './expectations.ts';
import { failureCost } from './failure-cost.ts';
import { reach } from './reach.ts';
import { recovery } from './recovery.ts';
import type { LoadResult, PhaseResult, ReleaseResult, RunResult } from './result.ts';
import { latenessBoundMs, reasonsInvalid } from './validity.ts';

/**
 * Puts the figures together; every one is defined in docs/lab.md. Before the ledgers have been
 * compared it is a part of a result, and says so.
 */
export function buildResult(course: Course): RunResult {
  const figures = figuresOf(course);
  const against = figures.complete ? reasonsAgainst(course, figures) : [course.unfinished];
  const reasons = [...against, ...figures.invalidBecause.map((why) => `invalid: ${why}`)];
  return { ...figures, green: reasons.length === 0, reasons };
}

type Figures = Omit<RunResult, 'green' | 'reasons'>;

function figuresOf(course: Course): Figures {
  const { options, recorder, ledger } = course;
  const totals = recorder.totals();
  const complete = ledger !== null;
  const invalidBecause = whyInvalid(course);
  return {
    schemaVersion: 2,
    strategy: options.strategy.name,
    candidate: options.candidate.name,
    change: options.change.name,
    goBackBy: options.goBackBy,
    plant: options.plant?.name ?? null,
    seed: options.seed,
    startedAt: course.startedAt.toISOString(),
    environment: course.environment,
    complete,
    valid: complete && invalidBecause.length === 0,
    invalidBecause,
    outcome: complete && course.outcome !== null ? course.outcome : 'interrupted',
    expected: expectationOf(options.candidate, options.strategy.name),
    verdicts: [...course.verdicts],
    caughtBy: caughtBy(course.verdicts),
    phases: recorder.phases().map(toPhase),
    releases: recorder.releases().map(toRelease),
    requests: totals.requests,
    failedRequests: totals.failed,
    wrongAnswers: totals.wrong,
    droppedRequests: recorder.drops(),
    ...ledgerFigures(course),
    failures: recorder.examples(),
    ...rolloutFigures(course),
    ...latencyFigures(course),
    ...recovery(course, totals),
    failureCost: failureCost(totals, options.costPerHour),
    blastRadiusCustomers: totals.customers === 0 ? 0 : totals.customersHit / totals.customers,
    customersSeen: totals.customers,
    ...reach(course),
    flagSwitches: flagSwitches(course),
    oldColumnsGone: course.oldColumnsGone,
    load: loadFigures(course, totals),
    lab: course.cost(),
    timeline: course.timeline,
  };
}

function ledgerFigures({ ledger }: Course) {
  if (ledger === null) {
    const unknown = { lostOrders: null, doubleCharges: null, mismatchedRows: null };
    return { ...unknown, divergentRows: null, findings: [], ledger: null };
  }
  const { counts, findings, ordersTold, paymentsTold, captures, rowsBefore } = ledger;
  return {
    lostOrders: counts.lost,
    doubleCharges: counts.double,
    mismatchedRows: counts.mismatched,
    divergentRows: counts.divergent,
    findings,
    ledger: { ordersTold, paymentsTold, captures, rowsBefore },
  };
}

function rolloutFigures({ rollout, outcome, options }: Course) {
  const rolled = rollout();
  if (rolled === null) return { deploymentSeconds: null, infraCostDelta: null, infraPeak: 0 };
  const { from, to, replicaMs, peak } = rolled;
  return {
    deploymentSeconds: outcome === 'released' ? (to - from) / 1000 : null,
    infraCostDelta: replicaMs / (options.replicas * (to - from)) - 1,
    infraPeak: peak,
  };
}

function latencyFigures({ recorder }: Course) {
  const p99Of = (name: string) => recorder.phases().find((p) => p.name === name)?.p99 ?? null;
  const [before, during] = [p99Of('baseline'), p99Of('rollout')];
  return {
    baselineP99Ms: before,
    rolloutP99Ms: during,
    p99ImpactMs: difference(during, before),
    p99ImpactRatio: ratio(during, before),
    latency: {
      before: recorder.curve('baseline') ?? [],
      during: recorder.curve('rollout') ?? [],
      after: recorder.curve('after'),
    },
  };
}

function flagSwitches({ flagsKnownAfter: after }: Course) {
  if (after.length === 0) return null;
  return { count: after.length, longestMs: Math.round(Math.max(...after)) };
}

function caughtBy(verdicts: readonly Verdict[]): string[] {
  const failed = verdicts.flatMap((v) => v.checks.filter((check) => check.verdict === 'fail'));
  return [...new Set(failed.map((check) => check.name))];
}

/** Findings that no candidate may cause. */
function reasonsAgainst(course: Course, figures: Figures): string[] {
  const { options, ledger, outcome, oldColumnsGone } = course;
  const { expected } = figures;
  const reasons = Object.entries(ledger?.counts ?? {})
    .filter(([kind, count]) => count > 0 && !(kind === 'divergent' && expected.divergent))
    .map(([kind, count]) => `${count} ${kind}`);
  reasons.push(...unexpected(expected, { ...figures, from: options.change.from }));
  if (figures.wrongAnswers > 0) reasons.push(`${figures.wrongAnswers} answers were wrong`);
  if (outcome === 'released' && options.candidate.upTo === 'contract' && !oldColumnsGone) {
    reasons.push('the old columns are still there');
  }
  return reasons;
}

function whyInvalid({ load, options: { thresholds } }: Course): string[] {
  const summary = load();
  return summary === null ? [] : reasonsInvalid(summary, thresholds);
}

function loadFigures({ load, mix, options }: Course, { requests }: Stats): LoadResult {
  const summary = load();
  return {
    intended: summary?.intended ?? 0,
    sent: summary?.sent ?? 0,
    intendedPerSecond: options.rate,
    requestsPerSecond: summary === null ? 0 : requests / (summary.elapsedMs / 1000),
    latenessP50Ms: summary?.lateness.p50 ?? null,
    latenessP99Ms: summary?.lateness.p99 ?? null,
    latenessMaxMs: summary?.lateness.max ?? null,
    latenessBoundMs: latenessBoundMs(options.thresholds),
    withoutSlot: summary?.withoutSlot ?? 0,
    mix: mix.shares(),
  };
}

function toPhase({ name, from, to, requests, failed, p50, p99 }: PhaseStats): PhaseResult {
  return {
    name,
    startedAt: new Date(from).toISOString(),
    endedAt: new Date(to ?? epochMs()).toISOString(),
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
