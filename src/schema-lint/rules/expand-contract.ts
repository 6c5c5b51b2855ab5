import type { Event } from '../migrations/events.ts';
import { as, bothWays, type Context, madeHere, type Rule, up } from './rule.ts';

/** What a release that still runs would miss: a column or table that is dropped or renamed. */
function takenAway(event: Event): { readonly what: string; readonly how: string } | undefined {
  const drop = as(event, 'drop-column', 'drop-table');
  if (drop !== undefined) return { what: nameIn(drop), how: 'dropped' };
  const rename = as(event, 'rename');
  if (rename === undefined) return undefined;
  const what = rename.what === 'table' ? rename.table : `${rename.table}.${rename.what}`;
  return { what, how: `renamed to ${rename.to}` };
}

function nameIn(action: { readonly table: string; readonly column?: string }): string {
  return action.column === undefined ? action.table : `${action.table}.${action.column}`;
}

function tableIn(event: Event): string {
  return 'table' in event.action ? event.action.table : '';
}

/** A view or function that goes and is not made anew by the same migration: it too is called. */
function withdrawn(event: Event, { together }: Context): string | undefined {
  const drop = as(event, 'drop-dependent');
  if (drop === undefined || ['trigger', 'policy'].includes(drop.what)) return undefined;
  const again = together.some((one) => as(one, 'create-dependent')?.name === drop.name);
  return again ? undefined : drop.name;
}

/** Whether the way up of the same migration has added what its way down takes away. */
function isOwn(event: Event, { past }: Context): boolean {
  const drop = as(event, 'drop-column', 'drop-table');
  return past.some(({ migration, direction, action }) => {
    if (migration !== event.migration || direction === event.direction) return false;
    if (action.does === 'create-table') return action.table === drop?.table;
    if (action.does !== 'add-column' || drop?.does !== 'drop-column') return false;
    return action.table === drop.table && action.column.name === drop.column;
  });
}

export const expandContractRules: readonly Rule[] = [
  {
    id: 'drop-in-expand',
    traps: [7],
    directions: up,
    todo: 'drop it in a contract migration of a release after the one that stopped using it',
    finds(event, context) {
      const drop = as(event, 'drop-column', 'drop-table');
      const what = drop === undefined ? withdrawn(event, context) : nameIn(drop);
      if (what === undefined || event.migration.step === 'contract') return undefined;
      if (madeHere(event, tableIn(event), context)) return undefined;
      return `${what} is dropped while the release before still uses it (42703, 42P01 or 42883)`;
    },
  },
  {
    id: 'rename-in-expand',
    traps: [1, 2],
    directions: up,
    todo: 'add the new name beside it, write both, move the readers, drop the old one in contract',
    finds(event, context) {
      const taken = as(event, 'rename') && takenAway(event);
      if (taken === undefined || event.migration.step === 'contract') return undefined;
      if (madeHere(event, tableIn(event), context)) return undefined;
      return `${taken.what} is ${taken.how}: every release that runs knows the old name only`;
    },
  },
  {
    id: 'contract-too-early',
    traps: [1, 2, 7],
    directions: up,
    todo: 'ship a release whose only phase of this change is "new" first, and contract in the next one',
    finds(event) {
      const taken = takenAway(event);
      const { step, release, stoppedIn } = event.migration;
      if (taken === undefined || step === 'expand' || release === null) return undefined;
      if (stoppedIn !== null) return undefined;
      return `${taken.what} is ${taken.how} with release ${release}, and no older release had stopped using it`;
    },
  },
  {
    id: 'drop-without-change',
    traps: [7],
    directions: up,
    todo: 'list it under "old" in its change in src/changes, or leave it',
    finds(event, { oldColumns }) {
      const drop = as(event, 'drop-column');
      const { step, release } = event.migration;
      if (drop === undefined || step === 'expand' || release === null) return undefined;
      if (oldColumns.has(nameIn(drop))) return undefined;
      return `no change lists ${nameIn(drop)} as old, so neither brownout nor gate looks whether it is still used`;
    },
  },
  {
    id: 'down-drops-more',
    traps: [7],
    directions: ['down'],
    todo: 'take back only what the same file has added; what is gone comes back from a backup',
    finds(event, context) {
      const taken = takenAway(event);
      if (taken === undefined || isOwn(event, context)) return undefined;
      return `the way back has ${taken.what} ${taken.how}, which its way forward has not made`;
    },
  },
  {
    id: 'cascade',
    traps: [20],
    directions: bothWays,
    todo: 'name and drop what depends on it, in statements of their own',
    finds(event) {
      const cascade = as(event, 'cascade');
      return cascade && `CASCADE at ${cascade.what} drops whatever depends on it, unseen`;
    },
  },
];
