import type { Phase } from '../schema-change/phases/phases.ts';
import type { Faults } from './faults.ts';

/** The phases as a release has them that was made with these faults. */
export function faultyPhases(faults: Faults): (phase: Phase) => Phase {
  return (phase) => ({
    ...phase,
    ...(faults.readsWithoutFallback && phase.reads === 'new' && { fallsBackTo: null }),
    ...(faults.moneyThroughFloat && phase.writes.length === 2 && { throughFloat: true }),
  });
}
