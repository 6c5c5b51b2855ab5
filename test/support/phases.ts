import { type ChangeName, changes, type Phases } from '../../src/changes/changes.ts';
import { type Phase, phaseOf } from '../../src/schema-change/phases/phases.ts';

/**
 * The phases of a request that is in `name` in one change while that one is under way: in `new` in
 * those before it, and in `old` in those after it.
 */
export function phasesIn(name: Phase['name'], change: ChangeName = 'minor-units'): Phases {
  const names = changes.map((one) => one.name);
  const under = names.indexOf(change);
  const phases = names.map((one, index) => {
    if (index === under) return [one, phaseOf(name)];
    return [one, phaseOf(index < under ? 'new' : 'old')];
  });
  return Object.fromEntries(phases) as Phases;
}
