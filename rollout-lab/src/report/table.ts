import type { RunResult } from '../run/result.ts';
import { published } from './published.ts';

const none = '–';

/** The measured figures beside the published ones: name, measured, published. */
export function figureRows(result: RunResult): [string, string, string][] {
  const said = published.find((row) => row.strategy === result.strategy);
  return [
    ['outcome', `${result.outcome} (expected: ${result.expected.outcome})`, none],
    ['requests', `${result.requests} at ${result.load.requestsPerSecond.toFixed(0)}/s`, none],
    ['failed requests', String(result.failedRequests), none],
    ['lost orders and payments', count(result.lostOrders), none],
    ['double charges', count(result.doubleCharges), none],
    ['mismatched rows', count(result.mismatchedRows), none],
    ['deployment', duration(result.deploymentSeconds), said?.deployment ?? none],
    ['p99 impact', impact(result), said?.p99Impact ?? none],
    ['time to detect', duration(result.timeToDetectSeconds), none],
    ['rollback', duration(result.rollbackSeconds), said?.rollback ?? none],
    ['infra cost', infra(result), said?.infra ?? none],
    [
      'blast radius',
      `${percent(result.blastRadiusCustomers)} of ${result.customersSeen} customers`,
      said?.blastRadius ?? none,
    ],
    ['lab memory', memory(result), none],
  ];
}

function count(value: number | null): string {
  return value === null ? none : String(value);
}

function memory({ lab }: RunResult): string {
  return lab === null ? none : `${lab.rssStartMib} → ${lab.rssEndMib} MiB`;
}

function impact({ p99ImpactMs, baselineP99Ms, rolloutP99Ms }: RunResult): string {
  if (p99ImpactMs === null || baselineP99Ms === null || rolloutP99Ms === null) return none;
  return `${signed(p99ImpactMs)} ms (${baselineP99Ms.toFixed(1)} → ${rolloutP99Ms.toFixed(1)})`;
}

function infra({ infraCostDelta, infraPeak }: RunResult): string {
  if (infraCostDelta === null) return none;
  return `${signed(100 * infraCostDelta)} % (peak ${infraPeak} replicas)`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function duration(seconds: number | null): string {
  return seconds === null ? none : `${seconds.toFixed(1)} s`;
}

/** The table as aligned text. */
export function textTable(result: RunResult): string {
  const rows = [['', 'measured', 'published'], ...figureRows(result)];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
