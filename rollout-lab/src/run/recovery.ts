import type { Stats } from '../metrics/types.ts';
import type { Course } from './course.ts';

/** Detection and rollback, where something went wrong and was rolled back. */
export function recovery(
  { outcome, verdicts, verdictTimes, recorder, options }: Course,
  totals: Stats,
) {
  const failedAt = verdictTimes[verdicts.findIndex((verdict) => verdict.verdict === 'fail')];
  if (outcome !== 'rolled-back' || failedAt === undefined) {
    return { timeToDetectSeconds: null, rollbackSeconds: null, recoverySeconds: null };
  }
  const { firstBadAt } = totals;
  const rolledOut = recorder.releases().find((r) => r.release === options.change.expand);
  // Where no answer was bad, all of the new release are taken for it.
  const lastAt = totals.lastBadAt ?? rolledOut?.lastAnswerAt ?? failedAt;
  const timeToDetectSeconds = firstBadAt === null ? null : (failedAt - firstBadAt) / 1000;
  const rollbackSeconds = Math.max(0, lastAt - failedAt) / 1000;
  const recoverySeconds =
    timeToDetectSeconds === null ? null : timeToDetectSeconds + rollbackSeconds;
  return { timeToDetectSeconds, rollbackSeconds, recoverySeconds };
}
