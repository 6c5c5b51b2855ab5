import type { RunResult } from '../run/result.ts';
import { count, duration, money, ms, none, percent, plural, signed } from './format.ts';
import { published, publishedCost, publishedCostByFormula } from './published.ts';

/** The measured figures beside the published ones: name, measured, published. */
export function figureRows(result: RunResult): [string, string, string][] {
  const said = published.find((row) => row.strategy === result.strategy);
  return [
    ['outcome', `${result.outcome} (expected: ${result.expected.outcome})`, none],
    ['caught by', result.caughtBy.join(', ') || none, none],
    [
      'requests',
      `${count(result.requests)} at ${result.load.requestsPerSecond.toFixed(0)}/s`,
      none,
    ],
    ['failed requests', failedRequests(result), none],
    ['wrong answers', count(result.wrongAnswers), none],
    ['lost orders and payments', count(result.lostOrders), none],
    ['double charges', count(result.doubleCharges), none],
    ['mismatched rows', count(result.mismatchedRows), none],
    ['diverged rows', count(result.divergentRows), none],
    ['deployment', duration(result.deploymentSeconds), said?.deployment ?? none],
    ['p99 impact', impact(result), said?.p99Impact ?? none],
    ['time to detect', duration(result.timeToDetectSeconds), none],
    ['rollback', duration(result.rollbackSeconds), said?.rollback ?? none],
    ['detect and rollback (MTTR)', duration(result.recoverySeconds), none],
    ['infra cost', infra(result), said?.infra ?? none],
    ['blast radius', blastRadius(result), said?.blastRadius ?? none],
    ['reach', reach(result), none],
    ['cost of the failures', cost(result), `${money(publishedCost.amount)} *`],
    ['flags known', flags(result), none],
    ['lab memory', memory(result), none],
  ];
}

/** To be said wherever the cost is shown; in the table a star stands for it. */
export function costNote(): string {
  const { amount, minutes, failedShare, perHour } = publishedCost;
  return `Cost of the failures: share of failed requests × duration × cost per hour. The published example, ${money(amount)} for ${minutes} minutes at ${percent(failedShare, 0)} errors and ${money(perHour)} an hour, is the figure of a full outage; by this formula it is ${money(publishedCostByFormula())}.`;
}

function failedRequests({ failedRequests: failed, droppedRequests: dropped }: RunResult): string {
  if (dropped === 0) return count(failed);
  return `${count(failed)} (${plural(dropped, 'broken connection')})`;
}

function blastRadius({ blastRadiusCustomers: share, customersSeen }: RunResult): string {
  return `${percent(share)} of ${plural(customersSeen, 'customer')}`;
}

/** How far the hits went, beside how far the new release did. */
function reach({ reachPercent, highestWeight }: RunResult): string {
  const hit = reachPercent === null ? 'nobody hit' : `hit up to ${reachPercent} %`;
  return `${hit}; new release had ${highestWeight} % at most`;
}

function cost({ failureCost }: RunResult): string {
  const { failedShare, seconds, perHour, amount } = failureCost;
  return `${money(amount)} (${percent(failedShare)} for ${duration(seconds)} at ${money(perHour)} an hour)`;
}

/** By every replica, after a switch. */
function flags({ flagSwitches: switches }: RunResult): string {
  if (!switches) return none;
  const { count: times, longestMs } = switches;
  return `within ${duration(longestMs / 1_000)} by every replica (${plural(times, 'switch', 'switches')})`;
}

function memory({ lab }: RunResult): string {
  return lab === null ? none : `${lab.rssStartMib} → ${lab.rssEndMib} MiB`;
}

function impact({ p99ImpactMs, baselineP99Ms, rolloutP99Ms }: RunResult): string {
  if (p99ImpactMs === null) return none;
  return `${signed(p99ImpactMs)} ms (${ms(baselineP99Ms)} → ${ms(rolloutP99Ms)})`;
}

function infra({ infraCostDelta, infraPeak }: RunResult): string {
  if (infraCostDelta === null) return none;
  return `${signed(100 * infraCostDelta)} % (peak ${infraPeak} replicas)`;
}

/** The table as aligned text. */
export function textTable(result: RunResult): string {
  const rows = [['', 'measured', 'published'], ...figureRows(result)];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n* ${costNote()}`;
}
