import type { Random } from '../load/random.ts';
import type { Second } from '../metrics/types.ts';
import type { Planted } from './plant.ts';
import { Side } from './side.ts';
import type { Request, Traffic } from './traffic.ts';

/** Both arms of a stretch of time. */
export interface Arms {
  readonly canary: Side;
  readonly stable: Side;
}

export const newArms = (): Arms => ({ canary: new Side(), stable: new Side() });

/** Splits the traffic by weight, second by second, and does its harm to the canary's part. */
export class Split {
  readonly #traffic: Traffic;
  readonly #planted: Planted;
  readonly #random: Random;
  #at = 0;
  mismatches = 0;

  constructor(traffic: Traffic, planted: Planted, random: Random) {
    this.#traffic = traffic;
    this.#planted = planted;
    this.#random = random;
  }

  /** The next second, into each of the stretches that it belongs to. */
  next(weight: number, stretches: readonly Arms[]): { canary: Second; stable: Second } {
    const requests = this.#traffic();
    const ours = requests.filter(({ place }) => place < weight);
    const harmed = ours.map((request) => this.#planted.harm(request, this.#random));
    this.mismatches += ours.filter(() => this.#random() < this.#planted.mismatch).length;
    const canary = secondOf(this.#at, harmed);
    const stable = secondOf(
      this.#at,
      requests.filter(({ place }) => place >= weight),
    );
    this.#at += 1;
    for (const arms of stretches) {
      arms.canary.add(canary);
      arms.stable.add(stable);
    }
    return { canary, stable };
  }
}

const secondOf = (at: number, requests: readonly Request[]): Second => ({
  at,
  failed: requests.filter(({ failed }) => failed).length,
  latencies: [...Float64Array.from(requests, ({ ms }) => ms).sort()],
});
