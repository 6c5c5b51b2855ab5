/// <reference lib="dom" />
import type { FeedEvent } from '../../feed/events.ts';
import { byId, setText } from './dom.ts';
import { clock } from './format.ts';

export interface Stage {
  readonly onEvent: (event: FeedEvent) => void;
  /** Forgets everything that was shown. */
  readonly clear: () => void;
}

const tickMs = 100;

/** Plays a run of the past: from its beginning, faster or slower, or from any moment. */
export class Replay {
  readonly #events: readonly FeedEvent[];
  readonly #stage: Stage;
  readonly #slider = byId('replay-position') as HTMLInputElement;
  #next = 0;
  #at: number;
  #playing = false;

  constructor(events: readonly FeedEvent[], stage: Stage) {
    this.#events = events;
    this.#stage = stage;
    this.#at = this.#begin;
    this.#slider.max = String(Math.ceil((this.#end - this.#begin) / 1000));
    this.#slider.addEventListener('input', () => this.seek(Number(this.#slider.value) * 1000));
    byId('replay-play').addEventListener('click', () => this.play(!this.#playing));
    setInterval(() => this.#tick(), tickMs);
    this.seek(0);
    this.play(true);
  }

  play(playing: boolean): void {
    if (playing && this.#at >= this.#end) this.seek(0);
    this.#playing = playing;
    setText(byId('replay-play'), playing ? 'Pause the replay' : 'Play');
  }

  /** Shows the run as it was so many milliseconds after its beginning. */
  seek(sinceMs: number): void {
    const to = this.#begin + sinceMs;
    if (to < this.#at || this.#next === 0) {
      this.#stage.clear();
      this.#next = 0;
    }
    this.#advance(to);
  }

  get #begin(): number {
    return this.#events[0]?.at ?? 0;
  }

  get #end(): number {
    return this.#events.at(-1)?.at ?? 0;
  }

  #tick(): void {
    if (!this.#playing) return;
    const { value } = byId('replay-speed') as HTMLSelectElement;
    this.#advance(this.#at + tickMs * Number(value));
    if (this.#at >= this.#end) this.play(false);
  }

  #advance(to: number): void {
    this.#at = Math.min(to, this.#end);
    for (; ; this.#next += 1) {
      const event = this.#events[this.#next];
      if (event === undefined || event.at > this.#at) break;
      this.#stage.onEvent(event);
    }
    const since = this.#at - this.#begin;
    this.#slider.value = String(Math.round(since / 1000));
    this.#slider.setAttribute('aria-valuetext', clock(since));
    setText(byId('replay-time'), `${clock(since)} of ${clock(this.#end - this.#begin)}`);
  }
}
