import type { Levers } from './levers.ts';

export type Order = 'promote' | 'abort';

/** What somebody who watches a run may decide about it: the strategy asks at every look. */
export class Control {
  #paused = false;
  #order: Order | null = null;
  /** What else may be done to the run; null until it is under load, and again from its end on. */
  levers: Levers | null = null;
  /** A step is being watched: there is something to decide. */
  watching = false;

  /** While paused no step ends, unless it is bad or somebody decides. */
  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Takes the step that is watched for passed, or has it gone back from. */
  decide(order: Order): void {
    this.#order = order;
    this.#paused = false;
  }

  /** The decision, once. */
  take(): Order | null {
    const order = this.#order;
    this.#order = null;
    return order;
  }
}
