import type { CrashResult } from './result.ts';

/** Wrong rows that are told by name; the JSON has them all. */
const toldRows = 20;

/** The result for people. */
export function reportOf(result: CrashResult): string {
  const { stored, planted } = result;
  const rows: readonly (readonly [string, string | number])[] = [
    ['seed', result.seed],
    ['kills', result.kills],
    ['restarts', `${result.restarts} (${result.failedStarts} in vain)`],
    ['requests', result.requests],
    ['acknowledged', result.acknowledged],
    ['retried', result.retried],
    ['replayed', `${result.replayed} (${result.repeated} repeated at the end)`],
    ['stored', `${stored.orders} orders, ${stored.payments} payments, ${stored.refunds} refunds`],
    ['retry clients', `${result.retrying.orders} orders of ${result.retrying.keys} keys`],
    ['captured charges', result.captured],
    ['reconciled after', `${result.reconciledAfterSeconds} s`],
    ['lost', result.lost],
    ['double', result.double],
    ['unreconciled', result.unreconciled],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(20)}${value}`);
  const wrong = result.findings.slice(0, toldRows).map((f) => `  ${f.check} ${f.row}: ${f.detail}`);
  const outcomes = Object.entries(result.outcomes).map(([name, count]) => `${count} × ${name}`);
  return [
    ...['', ...lines, `${'answers'.padEnd(20)}${outcomes.join(', ')}`, '', ...wrong],
    ...(planted === undefined
      ? []
      : [`planted: ${planted.check} ${planted.row}, ${planted.found ? 'found' : 'NOT FOUND'}`]),
    result.green
      ? 'Green: what was told, stored and charged is the same.'
      : `Red: ${result.broken.join('; ')}.`,
  ].join('\n');
}
