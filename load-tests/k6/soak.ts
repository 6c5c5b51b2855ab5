/*
 * One rate for a long time, in three parts: what wears out, a pool, a cache, memory, shows in the last
 * one, which may not be so much slower than the limits allow.
 */
import { journeyIn, skusOf } from './journey.ts';
import { optionsOf } from './options.ts';
import { rate, seconds } from './settings.ts';
import { scenariosOf, thirds } from './stages.ts';
import { summaryOf } from './summary.ts';

const stages = thirds(rate, seconds);
const phases = stages.map(({ name }) => name);

export const options = optionsOf(phases, scenariosOf(stages));
export const setup = skusOf;
export default journeyIn(phases);
export const handleSummary = summaryOf('soak', phases);
