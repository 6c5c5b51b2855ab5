import type { Kind, Observation } from '../metrics/types.ts';

/** What was really sent, and what customers were told that they have. */
export class Mix {
  readonly #sent = new Map<Kind, number>();
  #orders = 0;
  #payments = 0;

  add(batch: readonly Observation[]): void {
    for (const { kind, ok } of batch) {
      this.#sent.set(kind, (this.#sent.get(kind) ?? 0) + 1);
      if (ok && kind === 'create-order') this.#orders += 1;
      if (ok && kind === 'pay-order') this.#payments += 1;
    }
  }

  /** Acknowledged orders and payments so far. */
  acknowledged(): { orders: number; payments: number } {
    return { orders: this.#orders, payments: this.#payments };
  }

  /** Share of each kind, 0 to 1. */
  shares(): Record<string, number> {
    const all = [...this.#sent.values()].reduce((a, b) => a + b, 0);
    return Object.fromEntries([...this.#sent].map(([kind, n]) => [kind, n / all]));
  }
}
