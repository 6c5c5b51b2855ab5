import { textTable } from '../report/table.ts';
import { verdictText } from '../report/verdict.ts';
import type { RunResult } from '../run/result.ts';

/** What came of a run, for a terminal. Figures that are not valid are not shown. */
export function outcomeText(result: RunResult, written: readonly string[]): string {
  const lines = ['', verdictText(result)];
  if (result.valid) lines.unshift('', textTable(result));
  for (const finding of result.findings.slice(0, 10)) {
    lines.push(`  ${finding.kind}: ${finding.table} ${finding.row}: ${finding.detail}`);
  }
  if (written.length > 0) lines.push(`written: ${written.join(', ')}`);
  return `${lines.join('\n')}\n`;
}
