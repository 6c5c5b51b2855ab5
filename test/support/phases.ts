import type { ChangeName, Phases } from '../../src/changes/changes.ts';
import { type Phase, phaseOf } from '../../src/schema-change/phases.ts';

/** The phases of a request that is in `name` in one change, and in `old` in all others. */
export function phasesIn(name: Phase['name'], change: ChangeName = 'minor-units'): Phases {
  const old: Phases = { 'minor-units': phaseOf('old') };
  return { ...old, [change]: phaseOf(name) };
}
