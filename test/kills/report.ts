import { lineOf } from './journal.ts';
import type { KillsResult } from './result.ts';

/** The result for people. */
export function reportOf(result: KillsResult): string {
  const { requests } = result;
  const rows: readonly (readonly [string, string | number])[] = [
    ['seed', result.seed],
    ['seconds', result.seconds],
    ['walks through the change', result.walks],
    ['kills', result.killed],
    ...Object.entries(result.blows).map(([blow, n]) => [`  ${blow}`, n] as const),
    ['most in a row', result.mostInARow],
    ['ended before they were hit', result.missed],
    ['commands that ended', result.commandsEnded],
    ['invariants looked at', result.checks],
    ['requests answered', requests.answered],
    ['requests failed', `${requests.failed} ${listOf(result.failures)}`],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(28)}${value}`.trimEnd());
  const byStep = Object.entries(result.kills).map(([step, kills]) => {
    const all = Object.values(kills).reduce((sum, n) => sum + n, 0);
    return `  ${step.padEnd(18)}${String(all).padStart(4)}: ${listOf(kills)}`;
  });
  const findings = result.findings.map((finding) => `  ${lineOf(finding)}`);
  const verdict = result.green
    ? 'Green: each command came to its end, and left nothing.'
    : `Red: ${result.broken.join('; ')}.`;
  return ['', ...lines, '', 'kills by command', ...byStep, '', ...findings, verdict].join('\n');
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return entries.map(([name, count]) => `${count} × ${name}`).join(', ');
}
