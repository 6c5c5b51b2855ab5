import type { Strategy } from '../run/context.ts';
import { canary } from './canary.ts';

/** A new strategy is one file and one line. */
export const strategies: readonly Strategy[] = [canary];
