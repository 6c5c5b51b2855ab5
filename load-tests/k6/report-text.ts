import type { Limit, Report, Row } from './report.ts';

export const ms = (value: number): string => `${value.toFixed(1)} ms`;
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** A limit's metric, rule and figure, in the metric's unit. */
export function told({ metric, rule, measured }: Limit): string {
  const unit = metric.startsWith('answer_duration') ? ms : String;
  return `${metric}: ${rule}, measured ${unit(Number(measured.toFixed(4)))}`;
}

export const headings = ['phase', 'release', 'requests', 'p50', 'p95', 'p99', 'failed'];

const figuresOf = ({ requests, p50, p95, p99, failed }: Row): string[] => [
  String(requests),
  ms(p50),
  ms(p95),
  ms(p99),
  percent(failed),
];

/** The lines of the table, without its headings. */
export const linesOf = ({ rows, all }: Report): string[][] => [
  ...rows.map((row) => [row.phase, row.release, ...figuresOf(row)]),
  ...(all === null ? [] : [['all', '', ...figuresOf(all)]]),
];

/** For a terminal. */
export function text(report: Report): string {
  const broken = report.limits.filter(({ kept }) => !kept);
  return `${[
    ...table([headings, ...linesOf(report)]),
    '',
    `${report.journeys} journeys completed in ${report.seconds.toFixed(0)} s; ` +
      `${report.wrong} wrong answers; ${report.dropped} requests that were due had nobody to send them`,
    ...broken.map((limit) => `CROSSED  ${told(limit)}`),
    conclusion(report, broken.length),
  ].join('\n')}\n`;
}

function conclusion({ knee, limits }: Report, broken: number): string {
  if (knee === null) return 'the first rate was too much already';
  if (knee !== undefined) {
    return `the knee: ${knee.replace('at-', '')} requests a second kept the limits${broken === 0 ? ', and nothing beyond was tried' : ''}`;
  }
  return broken === 0
    ? `${limits.length} limits kept`
    : `${broken} of ${limits.length} limits crossed`;
}

/** Names to the left, figures to the right, two spaces between. */
function table(lines: readonly string[][]): string[] {
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const cell = (value: string, column: number) =>
    column < 2 ? value.padEnd(widths[column] ?? 0) : value.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(cell).join('  ').trimEnd());
}
