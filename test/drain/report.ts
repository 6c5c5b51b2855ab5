import type { DrainResult } from './result.ts';

/** The result for people. */
export function reportOf(result: DrainResult): string {
  const { requests, latencyMs, drainMs } = result;
  const rows: readonly (readonly [string, string | number])[] = [
    ['replacements', result.replacements],
    ['seconds', result.seconds],
    ['requests intended', requests.intended],
    ['requests sent', `${requests.sent} (${requests.sentPerSecond}/s)`],
    ['answered 2xx', requests.answered],
    ['failed', `${requests.failed} ${listOf(result.failures)}`],
    ['connections reset', requests.resets],
    ['latency', `p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms, max ${latencyMs.max} ms`],
    ['from SIGTERM to the end', `median ${drainMs.median} ms, max ${drainMs.max} ms`],
    ['exit codes', listOf(result.exits)],
    ['processes left', result.left],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(26)}${value}`.trimEnd());
  const verdict = result.green ? 'Green: nobody noticed.' : `Red: ${result.broken.join('; ')}.`;
  return ['', ...lines, '', verdict].join('\n');
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.map(([name, count]) => `${count} × ${name}`).join(', ');
}
