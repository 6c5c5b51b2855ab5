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
