import type { Feed } from '../feed/feed.ts';
import type { LiveStats } from '../metrics/types.ts';

/** What is shown while a run goes on. */
export interface Live {
  readonly step: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly replicas: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly failed: number;
  readonly acknowledged: { readonly orders: number; readonly payments: number };
  readonly stats: LiveStats;
}

/** Where a run tells what it does. */
export interface Display {
  line(text: string): void;
  /** A new chapter of the story. */
  step(title: string, number: number, of: number): void;
  live(state: Live): void;
  close(): void;
}

/** The course of a run in words: told as it happens, and put into the feed. */
export class Story {
  readonly feed: Feed;
  readonly #display: Display;
  #step = '';
  #weights: Record<string, number> = {};
  #number = 0;
  #total = 0;

  constructor(display: Display, feed: Feed) {
    this.#display = display;
    this.feed = feed;
  }

  get step(): string {
    return this.#step;
  }

  get currentWeights(): Readonly<Record<string, number>> {
    return this.#weights;
  }

  expect(steps: number): void {
    this.#total = steps;
  }

  chapter(title: string): void {
    this.#step = title;
    this.#number += 1;
    this.feed.emit({ type: 'step', title, number: this.#number, of: this.#total });
    this.#display.step(title, this.#number, this.#total);
  }

  say(text: string): void {
    this.feed.emit({ type: 'say', text });
    this.#display.line(text);
  }

  /** What somebody at the page did. */
  byHand(what: string): void {
    this.feed.emit({ type: 'control', what });
    this.#display.line(`by hand: ${what}`);
  }

  weights(weights: Record<string, number>): void {
    this.#weights = weights;
    this.feed.emit({ type: 'weights', weights });
  }
}
