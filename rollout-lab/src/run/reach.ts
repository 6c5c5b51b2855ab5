import type { Stats } from '../metrics/types.ts';
import { cohortOf } from '../router/cohort.ts';
import { customerId } from '../world/seed.ts';
import type { Course } from './course.ts';

/** How far the failures reached, and how far the new release did. */
export function reach({ recorder, timeline, options }: Course) {
  const places = recorder.customersHit().map((customer) => cohortOf(customerId(customer)));
  const weights = timeline.flatMap((event) =>
    event.type === 'weights'
      ? Object.entries(event.weights).map(([release, w]) =>
          release === options.change.from ? 0 : w,
        )
      : [],
  );
  return {
    reachPercent: places.length === 0 ? null : Math.max(...places),
    highestWeight: Math.max(0, ...weights),
  };
}

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
