import type { RunResult } from '../run/result.ts';

type Judged = Pick<RunResult, 'green' | 'valid' | 'findings' | 'wrongAnswers'>;

/**
 * 0 green, 1 red, 3 invalid. Where the generator did not keep up the figures are worth nothing and
 * neither is what follows from them; a row that does not add up is one all the same.
 */
export function exitCodeOf({ green, valid, findings, wrongAnswers }: Judged): 0 | 1 | 3 {
  if (green) return 0;
  return valid || findings.length > 0 || wrongAnswers > 0 ? 1 : 3;
}
