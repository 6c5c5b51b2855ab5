/** An order that a customer was told exists, with the total and the address that were told. */
export interface ToldOrder {
  readonly id: string;
  /** Index of its customer. */
  readonly customer: number;
  readonly minor: number;
  /** '' for an order that is sent nowhere. */
  readonly address: string;
}

/**
 * What the load still knows of its own orders: the most recent ones and those not yet paid.
 * Both are bounded, the oldest go first, so that a run of any length takes the same memory.
 */
export class Told {
  readonly #capacity: number;
  readonly #recent: ToldOrder[] = [];
  readonly #byId = new Map<string, ToldOrder>();
  readonly #unpaid = new Map<string, ToldOrder>();
  #added = 0;

  constructor(capacity = 4_000) {
    this.#capacity = capacity;
  }

  add(order: ToldOrder): void {
    const slot = this.#added++ % this.#capacity;
    const oldest = this.#recent[slot];
    if (oldest) this.#byId.delete(oldest.id);
    this.#recent[slot] = order;
    this.#byId.set(order.id, order);
    this.#unpaid.set(order.id, order);
    if (this.#unpaid.size > this.#capacity) this.takeUnpaid();
  }

  /** Removes and gives the oldest unpaid order. */
  takeUnpaid(): ToldOrder | undefined {
    const [oldest] = this.#unpaid.values();
    if (oldest) this.#unpaid.delete(oldest.id);
    return oldest;
  }

  find(id: string): ToldOrder | undefined {
    return this.#byId.get(id);
  }

  /** One of the recent orders, chosen by a number in [0, 1). */
  pick(u: number): ToldOrder | undefined {
    return this.#recent[Math.floor(u * this.#recent.length)];
  }
}
