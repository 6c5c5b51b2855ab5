import type { Observation } from './types.ts';

/** A stretch of time was asked for that is no longer kept. */
export class TooLongAgoError extends Error {
  readonly from: number;
  readonly keptFrom: number;

  constructor(from: number, keptFrom: number) {
    super(`asked for requests since ${from}, kept are those since ${keptFrom}`);
    this.name = 'TooLongAgoError';
    this.from = from;
    this.keptFrom = keptFrom;
  }
}

const secondOf = (ms: number): number => Math.floor(ms / 1000);

/** The requests of the last `seconds`, one bucket per second of their intended time. */
export class Recent {
  readonly #seconds: number;
  readonly #buckets = new Map<number, Observation[]>();
  #newest = Number.NEGATIVE_INFINITY;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  add(observation: Observation): void {
    const second = secondOf(observation.at);
    if (second > this.#newest) this.#advance(second);
    if (second < this.#oldest) return;
    const bucket = this.#buckets.get(second);
    if (bucket) bucket.push(observation);
    else this.#buckets.set(second, [observation]);
  }

  /** Those with `from` <= `at` < `to`, in epoch ms. Throws TooLongAgoError. */
  between(from: number, to: number): Observation[] {
    if (from < this.#oldest * 1000) throw new TooLongAgoError(from, this.#oldest * 1000);
    return [...this.#buckets]
      .filter(([second]) => second >= secondOf(from) && second * 1000 < to)
      .flatMap(([, bucket]) => bucket.filter(({ at }) => at >= from && at < to));
  }

  get #oldest(): number {
    return this.#newest - this.#seconds;
  }

  #advance(second: number): void {
    this.#newest = second;
    for (const kept of this.#buckets.keys()) {
      if (kept < this.#oldest) this.#buckets.delete(kept);
    }
  }
}
