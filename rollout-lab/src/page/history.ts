import type { FeedEvent } from '../feed/events.ts';

/** Squares that a page draws. */
const squares = 2_000;

/**
 * Of these a page needs no more than the last ones; of every other kind it gets all there were.
 * An `answers` event counts by its squares, the others by one.
 */
const needed: Readonly<Record<string, number>> = {
  answers: squares,
  second: 3_600,
  ledger: 1,
  look: 1,
};

/** A word of the judge that was not its last is only a look. */
function kindOf(event: FeedEvent): string {
  return event.type === 'verdict' && !event.final ? 'look' : event.type;
}

const sizeOf = (event: FeedEvent) => (event.type === 'answers' ? event.cells.length / 2 : 1);

/** The places, from `from` on and in their order, of the events that a new page is shown. */
export function historyOf(timeline: readonly FeedEvent[], from: number): number[] {
  const room = new Map(Object.entries(needed));
  const kept: number[] = [];
  for (const [back, event] of timeline.slice(from).reverse().entries()) {
    const kind = kindOf(event);
    const left = room.get(kind) ?? Number.POSITIVE_INFINITY;
    if (left <= 0) continue;
    room.set(kind, left - sizeOf(event));
    kept.push(timeline.length - 1 - back);
  }
  return kept.reverse();
}
