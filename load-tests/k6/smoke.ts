/*
 * One customer after the other, a few times: the shop is there, and everything that a journey needs works.
 * DURATION is how long it may take, RATE is not looked at.
 */
import { journeyIn, skusOf } from './journey.ts';
import { optionsOf } from './options.ts';
import { seconds } from './settings.ts';
import { summaryOf } from './summary.ts';

const phases = ['smoke'];
const { thresholds, ...rest } = optionsOf(phases, {
  smoke: {
    executor: 'shared-iterations',
    vus: 1,
    iterations: 20,
    maxDuration: `${seconds}s`,
  },
});

export const options = {
  ...rest,
  // Nothing at all may fail here, and all of it must be done.
  thresholds: { ...thresholds, checks: ['rate==1'], journeys_completed: ['count==5'] },
};
export const setup = skusOf;
export default journeyIn(phases);
export const handleSummary = summaryOf('smoke', phases);
