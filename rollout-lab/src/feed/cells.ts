import type { Observation } from '../metrics/types.ts';
import type { Feed } from './feed.ts';

const everyMs = 250;

/** Gathers answers, two characters each, and tells them some times a second: see AnswersGiven. */
export class Cells {
  readonly #feed: Feed;
  readonly #places: ReadonlyMap<string | null, string>;
  readonly #timer: NodeJS.Timeout;
  #cells = '';

  constructor(feed: Feed, releases: readonly string[]) {
    this.#feed = feed;
    this.#places = new Map(releases.map((release, place) => [release, String(place)]));
    this.#timer = setInterval(() => this.#tell(), everyMs).unref();
  }

  add(batch: readonly Observation[]): void {
    for (const observation of batch) {
      this.#cells += (this.#places.get(observation.release) ?? '?') + markOf(observation);
    }
  }

  /** Tells what is left. */
  stop(): void {
    clearInterval(this.#timer);
    this.#tell();
  }

  #tell(): void {
    if (this.#cells === '') return;
    this.#feed.emit({ type: 'answers', cells: this.#cells });
    this.#cells = '';
  }
}

function markOf({ ok, wrong, variant }: Observation): string {
  if (!ok || wrong) return '!';
  return variant ? 'v' : '.';
}
