import type { Strategy } from '../run/context.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { rolling } from './rolling.ts';

/** A new strategy is one file and one line. */
export const strategies: readonly Strategy[] = [rolling, blueGreen, canary];
