import type { RunResult } from '../run/result.ts';
import { count, ms, none } from './format.ts';
import { latencyHead, latencyRows } from './latency-rows.ts';
import { commandOf } from './reproduce.ts';
import { costNote, figureRows } from './table.ts';
import { verdictOf } from './verdict.ts';

/** The report of one run: verdict, table, phases, verdicts, findings, environment. */
export function markdownReport(result: RunResult): string {
  const { word, why } = verdictOf(result);
  return `${[
    `# ${result.change} by ${result.strategy} with candidate ${result.candidate}`,
    `**${word}**: ${why}`,
    markdownTable(['', 'measured', 'published'], figureRows(result)),
    `\\* ${costNote()}`,
    '## Phases',
    markdownTable(
      ['phase', 'requests', 'failed', 'p50 ms', 'p99 ms'],
      result.phases.map((p) => [p.name, p.requests, p.failed, ms(p.p50Ms), ms(p.p99Ms)]),
    ),
    '## Latency before, during and after the rollout',
    markdownTable(latencyHead, latencyRows(result.latency)),
    '## Verdicts',
    markdownTable(
      ['step', 'verdict', 'why'],
      result.verdicts.map((v) => [v.step, v.verdict, v.checks.map((c) => c.reason).join('; ')]),
    ),
    ...ledgers(result),
    ...findings(result),
    ...failures(result),
    '## How it was measured',
    environmentLines(result)
      .map((line) => `- ${line}`)
      .join('\n'),
    ['```console', commandOf(result), '```'].join('\n'),
  ].join('\n\n')}\n`;
}

/** The sizes of the three ledgers: name, count. Nothing until they were compared. */
export function ledgerRows({ ledger }: RunResult): [string, string][] {
  if (ledger === null) return [];
  return [
    ['orders that clients were told of', count(ledger.ordersTold)],
    ['payments that clients were told of', count(ledger.paymentsTold)],
    ['charges at the gateway', count(ledger.captures)],
    ['rows from before the run', count(ledger.rowsBefore)],
  ];
}

/** The first failed or wrong answers, as cells. */
export const failureHead = ['at', 'kind', 'status', 'release', 'replica', 'error'];
export function failureRows({ failures: seen }: RunResult): (string | number)[][] {
  return seen.map((o) => [
    new Date(o.at).toISOString(),
    o.kind,
    o.status,
    o.release ?? none,
    o.replica ?? none,
    o.error ?? (o.wrong ? 'wrong content' : ''),
  ]);
}

/** What somebody needs to judge the figures, a line each. */
export function environmentLines({ environment: e, load, seed, startedAt }: RunResult): string[] {
  return [
    `${startedAt}, seed ${seed}, profile ${e.profile}`,
    `${e.cpu}, ${e.cores} cores, ${e.memoryGb} GiB, ${e.os}, Node ${e.node}, PostgreSQL ${e.postgres}`,
    `${e.replicas} replicas, ${count(e.seedOrders)} orders before the start, ${count(e.customers)} customers`,
    `${count(load.sent)} of ${count(load.intended)} intended requests sent, ${load.requestsPerSecond.toFixed(1)}/s; lateness p99 ${ms(load.latenessP99Ms)} ms, at most ${ms(load.latenessMaxMs)} ms`,
    'latencies are counted from the intended time of sending',
  ];
}

type Cells = readonly (string | number)[];

export function markdownTable(head: readonly string[], rows: readonly Cells[]): string {
  const line = (cells: Cells) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function ledgers(result: RunResult): string[] {
  const rows = ledgerRows(result);
  return rows.length === 0 ? [] : ['## Ledgers', markdownTable(['', 'count'], rows)];
}

function findings({ findings: found }: RunResult): string[] {
  if (found.length === 0) return [];
  return [
    '## Rows that do not add up',
    markdownTable(
      ['kind', 'table', 'row', 'detail'],
      found.map((f) => [f.kind, f.table, f.row, f.detail]),
    ),
  ];
}

function failures(result: RunResult): string[] {
  const rows = failureRows(result);
  return rows.length === 0
    ? []
    : ['## First failed or wrong answers', markdownTable(failureHead, rows)];
}
