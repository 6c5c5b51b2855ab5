import type { RunResult } from '../run/result.ts';
import { figureRows } from './table.ts';

/** The report of one run: verdict, table, phases, verdicts, findings, environment. */
export function markdownReport(result: RunResult): string {
  return `${[
    `# ${result.change} by ${result.strategy} with candidate ${result.candidate}`,
    verdictOf(result),
    table(['', 'measured', 'published'], figureRows(result)),
    '## Phases',
    table(
      ['phase', 'requests', 'failed', 'p50 ms', 'p99 ms'],
      result.phases.map((p) => [p.name, p.requests, p.failed, ms(p.p50Ms), ms(p.p99Ms)]),
    ),
    '## Verdicts',
    table(
      ['step', 'verdict', 'why'],
      result.verdicts.map((v) => [v.step, v.verdict, v.checks.map((c) => c.reason).join('; ')]),
    ),
    ...findings(result),
    ...failures(result),
    '## How it was measured',
    environment(result),
  ].join('\n\n')}\n`;
}

/** One sentence: what came of it. */
export function verdictOf(result: RunResult): string {
  const { complete, green, outcome, ledger, reasons, invalidBecause } = result;
  if (!complete) return `**Partial**: ${reasons.join('; ')}. It holds what there was until then.`;
  if (green) {
    return `**Green**: ${outcome}, as expected; ${ledger?.ordersTold} orders and ${ledger?.paymentsTold} payments acknowledged, all of them stored and charged as told.`;
  }
  if (result.valid) return `**Red**: ${reasons.join('; ')}.`;
  return `**Invalid**: ${invalidBecause.join('; ')}. The generator did not keep its schedule, so the figures are not the rollout's. ${othersOf(result)}`.trim();
}

function othersOf({ reasons }: RunResult): string {
  const others = reasons.filter((reason) => !reason.startsWith('invalid: '));
  return others.length === 0 ? '' : `Seen as well: ${others.join('; ')}.`;
}

function findings({ findings: found }: RunResult): string[] {
  if (found.length === 0) return [];
  return [
    '## Rows that do not add up',
    table(
      ['kind', 'table', 'row', 'detail'],
      found.map((f) => [f.kind, f.table, f.row, f.detail]),
    ),
  ];
}

function failures({ failures: seen }: RunResult): string[] {
  if (seen.length === 0) return [];
  return [
    '## First failed or wrong answers',
    table(
      ['at', 'kind', 'status', 'release', 'replica', 'error'],
      seen.map((o) => [
        new Date(o.at).toISOString(),
        o.kind,
        o.status,
        o.release ?? '–',
        o.replica ?? '–',
        o.error ?? (o.wrong ? 'wrong content' : ''),
      ]),
    ),
  ];
}

function environment({ environment: e, load, seed, startedAt }: RunResult): string {
  return [
    `- ${startedAt}, seed ${seed}, profile ${e.profile}`,
    `- ${e.cpu}, ${e.cores} cores, ${e.memoryGb} GiB, ${e.os}, Node ${e.node}, PostgreSQL ${e.postgres}`,
    `- ${e.replicas} replicas, ${e.seedOrders} orders before the start, ${e.customers} customers`,
    `- ${load.sent} of ${load.intended} intended requests sent, ${load.requestsPerSecond.toFixed(1)}/s; lateness p99 ${ms(load.latenessP99Ms)} ms, at most ${ms(load.latenessMaxMs)} ms`,
    '- latencies are counted from the intended time of sending',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function ms(value: number | null): string {
  return value === null ? '–' : value.toFixed(1);
}
