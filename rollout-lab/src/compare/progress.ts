import { plural } from '../report/format.ts';
import { nameOf, type PlannedRun } from './combinations.ts';
import type { DoneRun } from './compare.ts';
import { secondsLeft } from './estimate.ts';

/** A run that has ended, in one line. */
export function progressLine(
  plan: readonly PlannedRun[],
  done: readonly DoneRun[],
  run: DoneRun,
): string {
  const place = String(done.length).padStart(String(plan.length).length);
  const parts = [`${place}/${plan.length} ${nameOf(run.planned)}`, ...cameOf(run)];
  const left = secondsLeft(plan, done);
  if (left !== null && done.length < plan.length) parts.push(`about ${minutes(left)} left`);
  return parts.join(' · ');
}

function cameOf({ result, crash, seconds }: DoneRun): string[] {
  const took = seconds === null ? 'was there already' : `${seconds.toFixed(0)} s`;
  if (result === null) return [`could not be carried out: ${crash}`, took];
  const { outcome, green, reasons, failedRequests } = result;
  return [
    outcome,
    green ? 'green' : `not green: ${reasons.join('; ')}`,
    plural(failedRequests, 'failed request'),
    took,
  ];
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
