/*
 * To the knee: the rate is doubled from RATE on, each for DURATION, until failures or p99 leave the limits
 * or k6 has nobody left to send. It ends there. The last rate that kept them is its result; only when the
 * first one does not has it failed.
 */
import { journeyIn, skusOf } from './journey.ts';
import { kneeLimits } from './limits.ts';
import { optionsOf } from './options.ts';
import { rate, seconds, thresholds } from './settings.ts';
import { doubling, scenariosOf } from './stages.ts';
import { summaryOf } from './summary.ts';

const stages = doubling(rate, seconds, 8);
const phases = stages.map(({ name }) => name);

export const options = {
  ...optionsOf(phases, scenariosOf(stages)),
  thresholds: kneeLimits(thresholds, phases),
};
export const setup = skusOf;
export default journeyIn(phases);
export const handleSummary = summaryOf('stress', phases, true);
