import type { Phases } from './changes.ts';

/** A statement's text for each combination of phases. */
export type SqlByPhases = (phases: Phases) => string;

/** Builds each text once: a request's phases are one of a few objects, see `PhaseTracker`. */
export function sqlByPhases(build: (phases: Phases) => string): SqlByPhases {
  const texts = new WeakMap<Phases, string>();
  return (phases) => {
    const known = texts.get(phases);
    if (known !== undefined) return known;
    const text = build(phases);
    texts.set(phases, text);
    return text;
  };
}
