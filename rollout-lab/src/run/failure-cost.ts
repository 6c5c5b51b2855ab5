import type { Stats } from '../metrics/types.ts';
import type { FailureCost } from './result.ts';

const secondsPerHour = 3_600;

/**
 * Share of the failed and wrong answers among all from the first of them to the last, times the time
 * between, times the cost of an hour in which everything fails.
 */
export function failureCost(
  { failed, wrong, firstBadAt, lastBadAt, answeredWhileBad }: Stats,
  perHour: number,
): FailureCost {
  if (firstBadAt === null || lastBadAt === null) {
    return { perHour, failedShare: 0, seconds: 0, amount: 0 };
  }
  const failedShare = (failed + wrong) / answeredWhileBad;
  const seconds = (lastBadAt - firstBadAt) / 1000;
  return {
    perHour,
    failedShare,
    seconds,
    amount: (failedShare * seconds * perHour) / secondsPerHour,
  };
}
