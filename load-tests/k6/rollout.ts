/*
 * Customers who order, pay and read back while a release is rolled out. It passes when every release
 * kept the limits in every phase, when none became so much slower than the shop was before, and when
 * nothing that was acknowledged is read back differently later.
 */
import { journeyIn, skusOf } from './journey.ts';
import { optionsOf } from './options.ts';
import { phases, rate, seconds } from './settings.ts';
import { steady } from './stages.ts';
import { summaryOf } from './summary.ts';

export const options = optionsOf(phases, { rollout: steady(rate, seconds) });
export const setup = skusOf;
export default journeyIn(phases);
export const handleSummary = summaryOf('rollout', phases);
