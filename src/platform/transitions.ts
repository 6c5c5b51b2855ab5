/** The states that a thing may go to, by the one that it is in. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

/** The states from which one may be reached, for the WHERE of the statement that goes there. */
export function sourcesOf<State extends string>(
  transitions: Transitions<State>,
  to: State,
): State[] {
  const states = Object.keys(transitions) as State[];
  return states.filter((from) => transitions[from].includes(to));
}
