import type { ChargeLedger } from '../../ledger/ledgers.ts';

interface Page {
  readonly charges: readonly { readonly seq: number; readonly status: string }[];
}

const pageSize = 1_000;

/** Counts the captures in the gateway's own ledger; each look reads only what has come since. */
export class ChargeCount {
  readonly #url: string;
  #after: number;
  #captured = 0;

  constructor({ url, after }: ChargeLedger) {
    this.#url = url;
    this.#after = after;
  }

  async look(): Promise<number> {
    for (;;) {
      const { charges } = await this.#page();
      this.#captured += charges.filter(({ status }) => status === 'captured').length;
      this.#after = charges.at(-1)?.seq ?? this.#after;
      if (charges.length < pageSize) return this.#captured;
    }
  }

  async #page(): Promise<Page> {
    const answer = await fetch(`${this.#url}/v1/charges?after=${this.#after}&limit=${pageSize}`);
    if (!answer.ok) throw new Error(`the gateway's ledger answered ${answer.status}`);
    return (await answer.json()) as Page;
  }
}
