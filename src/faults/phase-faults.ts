import type { Phase } from '../schema-change/phases/phases.ts';
import type { Faults } from './faults.ts';

/** 19.99 becomes 1998: its hundredfold is 1998.9999999999998 as a float, and is cut off. */
function throughFloat(minor: string): string {
  // lint allows money-in-float: made wrong on purpose, for the shadow compare to find
  return `trunc(((${minor})::numeric / 100)::float8 * 100)::bigint`;
}

/** The phases as a release has them that was made with these faults. */
export function faultyPhases(faults: Faults): (phase: Phase) => Phase {
  return (phase) => ({
    ...phase,
    ...(faults.readsWithoutFallback && phase.reads === 'new' && { fallsBackTo: null }),
    ...(faults.moneyThroughFloat && phase.writes.length === 2 && { intoNew: throughFloat }),
  });
}
