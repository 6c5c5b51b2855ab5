import { epochMs } from '../metrics/clock.ts';
import type { FeedEntry, FeedEvent } from './events.ts';

/** The events of one run: kept from its first to its last, and handed on as they come. */
export class Feed {
  readonly timeline: FeedEvent[] = [];
  readonly #listeners = new Set<(event: FeedEvent) => void>();

  emit(entry: FeedEntry): void {
    const event = { at: Math.round(epochMs()), ...entry };
    this.timeline.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** From now on; what was before is in `timeline`. The answer ends it. */
  listen(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
