import type { Figures } from '../companion.ts';
import type { Report } from '../k6/report.ts';
import { text } from '../k6/report-text.ts';
import type { ReadBack } from './read-back.ts';

/** What a load test comes to. */
export interface Outcome {
  /** The one that the command was for; another may have come before. */
  readonly report: Report;
  readonly before: Report | null;
  readonly readBack: ReadBack;
  /** The lab, where it was under the load: what it measured itself, and how it ended. */
  readonly lab: { readonly own: Figures; readonly code: number } | null;
}

/** The two generators may differ by this share at the p99; as in `npm run lab -- check-load`. */
const tolerance = 0.1;

/** 99 is k6's own code for limits that were crossed. */
export function exitCodeOf({ report, readBack, lab }: Outcome): number {
  if (readBack.findings.length > 0 || report.journeys === 0) return 1;
  if (lab !== null && lab.code !== 0) return lab.code;
  return report.passed ? 0 : 99;
}

/** The end of the command's output. */
export function told({ report, before, readBack, lab }: Outcome): string {
  const { orders, payments, findings } = readBack;
  const parts = [
    ...(before === null ? [] : [`Before the rollout:\n\n${text(before)}`, 'During it:\n']),
    text(report),
    `read back: ${orders} acknowledged orders, ${payments} of them paid; ` +
      (findings.length === 0 ? 'all of them as told' : `${findings.length} are not as told`),
    ...findings.slice(0, 20).map((finding) => `  ${finding}`),
    ...(lab === null || report.scenario !== 'rollout' ? [] : [comparison(report, lab.own)]),
  ];
  return `${parts.join('\n')}\n`;
}

function comparison(report: Report, own: Figures): string {
  if (report.evenly === null || own.p99 === null) return 'one of the two loads measured nothing';
  const { p99, requests } = report.evenly;
  const difference = p99 / own.p99 - 1;
  const apart = `${(100 * Math.abs(difference)).toFixed(1)} % ${difference < 0 ? 'less' : 'more'}`;
  return (
    `p99 of these journeys by k6 ${p99.toFixed(1)} ms (${requests} requests), ` +
    `by the lab's own load ${own.p99.toFixed(1)} ms (${own.requests}): ${apart}` +
    (Math.abs(difference) <= tolerance ? '' : `; they should be within ${100 * tolerance} %`)
  );
}
