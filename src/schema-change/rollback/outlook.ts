import type { Queryable } from '../../platform/postgres/postgres.ts';
import { lastBrownout } from '../brownout/record.ts';
import type { SchemaChange } from '../change.ts';
import { runOnBoth } from '../outlook.ts';
import { type Schema, stateOf } from '../schema-state.ts';
import { usersRunOn } from './checks.ts';
import { ask } from './step-back.ts';
import { noWayBack, type RollbackTarget, targetOf } from './targets.ts';

/** Whether a change can be taken back now, and how. */
export interface WayBack {
  /** Where one step leads; null where there is none. */
  readonly to: RollbackTarget | null;
  /** What has to be done for it, in order; the last is the command. Empty where there is no way. */
  readonly steps: readonly string[];
  /** Why it cannot be done at once, or not at all. */
  readonly obstacles: readonly string[];
}

export const nothingToTakeBack: WayBack = { to: null, steps: [], obstacles: [] };

/** Goes by who is there now; whether each row has a place in the old shape, the gate looks. */
export async function wayBackOf(
  db: Queryable,
  change: SchemaChange,
  schema: Schema,
): Promise<WayBack> {
  const state = stateOf(schema, change.name);
  if (state === 'contracted') return { ...nothingToTakeBack, obstacles: [noWayBack(change.name)] };
  const to = targetOf(change.name, state);
  if (to === null) return nothingToTakeBack;
  const { checks } = await ask(db, change, usersRunOn(to));
  const obstacles = checks.filter(({ passed }) => !passed).map(({ evidence }) => evidence);
  const brownout = await lastBrownout(db, change.name);
  const steps: string[] = [];
  if (obstacles.length > 0) {
    const away = brownout !== null && brownout.outcome !== 'undone';
    if (away) steps.push('npm run schema -- brownout --undo');
    steps.push(`deploy ${runOnBoth(schema, change.name, to).join(' or ')} alone`);
  }
  return { to, obstacles, steps: [...steps, `npm run schema -- rollback --to ${to}`] };
}
