export type Order = 'promote' | 'abort';

/** What somebody who watches a run may decide about it: the strategy asks at every look. */
export class Control {
  #paused = false;
  #order: Order | null = null;

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
