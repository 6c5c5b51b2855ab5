/*
 * The shop as it is, with nothing rolled out: what a rollout is held against afterwards, as its
 * BASELINE_FILE.
 */
import { journeyIn, skusOf } from './journey.ts';
import { optionsOf } from './options.ts';
import { rate, seconds } from './settings.ts';
import { steady } from './stages.ts';
import { summaryOf } from './summary.ts';

const phases = ['before'];
export const options = optionsOf(phases, { before: steady(rate, seconds) });
export const setup = skusOf;
export default journeyIn(phases);
export const handleSummary = summaryOf('baseline', phases);
