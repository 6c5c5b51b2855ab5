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
