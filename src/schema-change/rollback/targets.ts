import type { SchemaState } from '../../releases.ts';

/** The states that a change can be taken back to. */
export const rollbackTargets = ['baseline', 'expanded'] as const;
export type RollbackTarget = (typeof rollbackTargets)[number];

/** There is no way back from here, or not this one. The message says what can be done instead. */
export class RollbackRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RollbackRefusedError';
  }
}

/** What a contracted change is answered, in one sentence. */
export function noWayBack(change: string): string {
  return `${change} is "contracted" and cannot be rolled back: the old columns are gone and a backup would lose what customers have written since; the way forward is a new change whose expand brings the old shape back as new columns`;
}

const targetFrom: Readonly<Partial<Record<SchemaState, RollbackTarget>>> = {
  expanded: 'baseline',
  relaxed: 'expanded',
};

/**
 * Where one step back from a state leads; null where there is nothing to take back.
 *
 * @throws {RollbackRefusedError} when there is no way back any more.
 */
export function targetOf(change: string, state: SchemaState | 'empty'): RollbackTarget | null {
  if (state === 'contracted') throw new RollbackRefusedError(noWayBack(change));
  return state === 'empty' ? null : (targetFrom[state] ?? null);
}
