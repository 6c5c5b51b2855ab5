import type { Check, JudgeInput, Thresholds } from './types.ts';

/** What must not happen at all, or not more often than allowed: no chance about it, so no test. */
export const counts = (input: JudgeInput, thresholds: Thresholds): readonly Check[] => [
  count(
    'mismatches',
    input.mismatches,
    thresholds.mismatchesMax,
    'mismatches of old and new value',
  ),
  count('drops', input.drops ?? 0, thresholds.dropsMax, 'connections broke before a whole answer'),
];

function count(name: Check['name'], canary: number, limit: number, what: string): Check {
  const verdict = canary > limit ? 'fail' : 'pass';
  return {
    name,
    verdict,
    canary,
    stable: null,
    limit,
    reason: `${canary} ${what}, ${limit} allowed`,
  };
}
