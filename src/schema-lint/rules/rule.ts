import type { Direction } from '../migrations/emitted.ts';
import type { Event } from '../migrations/events.ts';
import type { Action } from '../sql/actions.ts';

/** What a rule may look at besides the event itself. */
export interface Context {
  /** Every earlier statement of this and older migrations, oldest first. */
  readonly past: readonly Event[];
  /** All of its own migration in its own direction, later statements too. */
  readonly together: readonly Event[];
  readonly oldColumns: ReadonlySet<string>;
}

/** A rule about what migrations do. */
export interface Rule {
  readonly id: string;
  /** Numbers of those in traps.ts that it sees. */
  readonly traps: readonly number[];
  readonly directions: readonly Direction[];
  readonly todo: string;
  /** One sentence when the event breaks the rule. */
  readonly finds: (event: Event, context: Context) => string | undefined;
}

export const up = ['up'] as const;
export const bothWays = ['up', 'down'] as const;

type Does = Action['does'];
/** Of the actions, those that can do one of `D`. */
type ActionThat<D extends Does, A extends Action = Action> = A extends Action
  ? Extract<A['does'], D> extends never
    ? never
    : A & { readonly does: D }
  : never;

/** The action when it is one of these, for what only concerns those. */
export function as<D extends Does>(event: Event, ...does: readonly D[]): ActionThat<D> | undefined {
  return (does as readonly Does[]).includes(event.action.does)
    ? (event.action as Event['action'] & ActionThat<D>)
    : undefined;
}

/** Whether the migration itself has made the table: nobody can be waiting for it yet. */
export function madeHere(event: Event, table: string, { past }: Context): boolean {
  return past.some(
    (earlier) =>
      earlier.migration === event.migration &&
      earlier.direction === event.direction &&
      as(earlier, 'create-table')?.table === table,
  );
}
