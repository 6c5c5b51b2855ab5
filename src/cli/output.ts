import type { Progress } from '../schema-change/backfill.ts';
import type { GateReport } from '../schema-change/gate/gate.ts';

/** Where a command's words go: lines for people, or one JSON document for scripts. */
export interface Output {
  /** A line about what is going on. With --json it goes to standard error. */
  say(line: string): void;
  /** The result, in both forms; printed once. */
  result(data: unknown, lines: readonly string[]): void;
}

export function createOutput(json: boolean): Output {
  return {
    say(line) {
      (json ? process.stderr : process.stdout).write(`${line}\n`);
    },
    result(data, lines) {
      process.stdout.write(json ? `${JSON.stringify(data, null, 2)}\n` : `${lines.join('\n')}\n`);
    },
  };
}

export function gateLines(report: GateReport): string[] {
  const width = Math.max(...report.checks.map((check) => check.name.length));
  return [
    `gate "${report.gate}" at ${report.at}`,
    ...report.checks.map(
      (check) =>
        `  ${check.passed ? 'pass' : 'FAIL'}  ${check.name.padEnd(width)}  ${check.evidence}`,
    ),
  ];
}

/** A line a table and second at the most, with the time that is left at the present pace. */
export function progressReporter(say: Output['say']): (progress: Progress) => void {
  const begun = new Map<string, { at: number; rows: number }>();
  let toldAt = 0;
  return (progress) => {
    const { table, rowsDone, rowsTotal, rowsChanged, finished } = progress;
    const start = begun.get(table) ?? { at: Date.now(), rows: rowsDone };
    begun.set(table, start);
    if (!finished && Date.now() - toldAt < 1_000) return;
    toldAt = Date.now();
    const share = rowsTotal === 0 ? 100 : Math.min(100, (100 * rowsDone) / rowsTotal);
    const perSecond = (1000 * (rowsDone - start.rows)) / Math.max(1, Date.now() - start.at);
    const left = (rowsTotal - rowsDone) / perSecond;
    const eta = !finished && Number.isFinite(left) ? `, ${Math.ceil(left)} s left` : '';
    say(
      `${table}: ${rowsDone} of ${rowsTotal} rows (${share.toFixed(0)} %), ${rowsChanged} changed${eta}${finished ? ', done' : ''}`,
    );
  };
}
