import type { Event } from './events.ts';
import type { Script } from './scripts.ts';

/** A script with what it does. */
export interface ReadScript {
  readonly script: Script;
  readonly events: readonly Event[];
}

/**
 * What has happened to a database when a script begins. On the way back that is all of the way
 * there, as far as a way back leads from without a gap, and the ways back of what came later.
 *
 * @param all every script, ups in the order in which they are applied.
 */
export function eventsBefore({ script }: ReadScript, all: readonly ReadScript[]): Event[] {
  const ups = all.filter((one) => one.script.direction === 'up');
  const own = ups.findIndex((one) => one.script.migration === script.migration);
  if (script.direction === 'up') return ups.slice(0, own).flatMap(({ events }) => events);
  const downOf = (up: ReadScript) =>
    all.find(
      (one) => one.script.direction === 'down' && one.script.migration === up.script.migration,
    );
  const gap = ups.findIndex((up, index) => index > own && downOf(up) === undefined);
  const there = gap < 0 ? ups : ups.slice(0, gap);
  const back = there.slice(own + 1).toReversed();
  return [
    ...there.flatMap(({ events }) => events),
    ...back.flatMap((up) => downOf(up)?.events ?? []),
  ];
}
