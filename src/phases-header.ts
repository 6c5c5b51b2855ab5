import type { Phases } from './changes/changes.ts';
import { hasChoice, type Release } from './releases.ts';

/**
 * What `x-phases` says of a request: the phase of each change in which the release has several, as
 * `minor-units=dual-read-new`, by comma; '' for a release that has one phase only.
 */
export function phasesHeaderOf(release: Release): (phases: Phases) => string {
  const texts = new WeakMap<Phases, string>();
  return (phases) => {
    const known = texts.get(phases);
    if (known !== undefined) return known;
    const text = Object.entries(phases)
      .filter(([change]) => hasChoice(release, change))
      .map(([change, { name }]) => `${change}=${name}`)
      .join(', ');
    texts.set(phases, text);
    return text;
  };
}
