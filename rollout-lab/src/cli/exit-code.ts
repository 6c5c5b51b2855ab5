import { NoK6Error } from '../../../load-tests/runner/find-k6.ts';
import type { RunResult } from '../run/result.ts';
import { Interrupted } from '../run/stop.ts';

type Judged = Pick<RunResult, 'green' | 'valid' | 'findings' | 'wrongAnswers'>;

/**
 * 0 green, 1 red, 3 invalid. Where the generator did not keep up the figures are worth nothing and
 * neither is what follows from them; a row that does not add up is one all the same.
 */
export function exitCodeOf({ green, valid, findings, wrongAnswers }: Judged): 0 | 1 | 3 {
  if (green) return 0;
  return valid || findings.length > 0 || wrongAnswers > 0 ? 1 : 3;
}

/** Of a command that could not do what it was asked for. */
export function exitCodeOfError(error: unknown): number {
  return error instanceof Interrupted || error instanceof NoK6Error ? error.exitCode : 1;
}
