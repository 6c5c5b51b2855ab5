import { Feed } from '../feed/feed.ts';
import { Control } from '../run/control.ts';
import { RunDesk, type StartOrder } from './run-desk.ts';

/** What a run tells, and what it is told. */
interface Ends {
  readonly feed: Feed;
  readonly control: Control;
}

/**
 * Runs that are started from the page, one at a time. The next one may be asked for as soon as the
 * one before it has told its end; it begins when everything of that has been ended and removed.
 */
export class Runs {
  readonly desk: RunDesk;
  /** Resolves when the run that was started last is over. */
  last: Promise<void> = Promise.resolve();
  readonly #carryOut: (order: StartOrder, ends: Ends) => Promise<void>;
  #show: (feed: Feed) => void = () => {};

  /** `carryOut` never rejects. */
  constructor(carryOut: (order: StartOrder, ends: Ends) => Promise<void>) {
    this.#carryOut = carryOut;
    this.desk = new RunDesk((order) => this.#start(order));
  }

  /** Told of the feed of each run before anything happens in it. */
  onStart(show: (feed: Feed) => void): void {
    this.#show = show;
  }

  #start(order: StartOrder): void {
    const feed = new Feed();
    const control = new Control();
    const release = () => {
      if (this.desk.running === control) this.desk.running = null;
    };
    this.desk.running = control;
    // Before the page hears of the end, and asks whether it may start another one.
    feed.listen((event) => event.type === 'end' && release());
    this.#show(feed);
    this.last = this.last.then(() => this.#carryOut(order, { feed, control })).finally(release);
  }
}
