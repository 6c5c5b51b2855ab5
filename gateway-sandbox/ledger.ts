import { randomUUID } from 'node:crypto';
import { IdempotencyKeyReused, UnknownToken } from './problems.ts';
import { TOKENS } from './tokens.ts';

export interface ChargeRequest {
  /** The order's id. */
  readonly reference: string;
  readonly amountMinor: number;
  /** ISO 4217, three capitals. */
  readonly currency: string;
  readonly token: string;
}

export interface Charge {
  readonly id: string;
  readonly status: 'captured' | 'declined';
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly declineCode?: string;
}

export interface LedgerEntry {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  readonly id: string;
  readonly key: string;
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: Charge['status'];
  /** ISO 8601. */
  readonly at: string;
}

interface Answered {
  readonly request: ChargeRequest;
  readonly charge: Charge;
}

const same = (a: ChargeRequest, b: ChargeRequest): boolean =>
  a.reference === b.reference &&
  a.amountMinor === b.amountMinor &&
  a.currency === b.currency &&
  a.token === b.token;

/**
 * The acquirer's book, in memory. `charge` runs without a pause between look-up and entry, so that
 * two requests with one key at the same time are one charge.
 */
export class Ledger {
  readonly #answered = new Map<string, Answered>();
  readonly #entries: LedgerEntry[] = [];

  /**
   * Charges once per key; the same key and body again gives the first answer with `replayed`.
   * Throws IdempotencyKeyReused for another body, UnknownToken for a token that is not in the table.
   */
  charge(key: string, request: ChargeRequest): { charge: Charge; replayed: boolean } {
    const before = this.#answered.get(key);
    if (before) {
      if (!same(before.request, request)) throw new IdempotencyKeyReused(key);
      return { charge: before.charge, replayed: true };
    }
    const outcome = TOKENS.get(request.token);
    if (!outcome) throw new UnknownToken(request.token);
    const { reference, amountMinor, currency } = request;
    const charge = { id: `ch_${randomUUID()}`, ...outcome, reference, amountMinor, currency };
    this.#answered.set(key, { request, charge });
    this.#enter(key, charge);
    return { charge, replayed: false };
  }

  /** Up to `limit` entries with a sequence above `after`; `next` is the `after` of the next page. */
  page(after: number, limit: number): { charges: LedgerEntry[]; next: number | null } {
    const charges = this.#entries.slice(after, after + limit);
    const last = after + charges.length;
    return { charges, next: last < this.#entries.length ? last : null };
  }

  #enter(key: string, charge: Charge): void {
    const { id, reference, amountMinor, currency, status } = charge;
    const seq = this.#entries.length + 1;
    const at = new Date().toISOString();
    this.#entries.push({ seq, id, key, reference, amountMinor, currency, status, at });
  }
}
