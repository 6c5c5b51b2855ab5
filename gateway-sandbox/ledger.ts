import { randomUUID } from 'node:crypto';
import type { LedgerFile } from './ledger-file.ts';
import { IdempotencyKeyReused, RefundRefused } from './problems.ts';
import type { Outcome } from './tokens.ts';

export interface ChargeRequest {
  /** The order's id. */
  readonly reference: string;
  readonly amountMinor: number;
  /** ISO 4217, three capitals. */
  readonly currency: string;
  readonly token: string;
}

export interface RefundRequest {
  readonly chargeId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** Who asks: the idempotency key, and the id of the caller's own request if it told one. */
export interface Caller {
  readonly key: string;
  readonly requestId?: string | undefined;
}

interface Entry extends Caller {
  /** 1, 2, 3 … without gaps, for charges and for refunds. */
  readonly seq: number;
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Charge extends Entry, ChargeRequest {
  readonly status: 'captured' | 'declined';
  readonly declineCode?: string;
}

export interface Refund extends Entry, RefundRequest {
  readonly status: 'succeeded';
}

/** One line of the file. */
type Line = { readonly charge: Charge } | { readonly refund: Refund };

/**
 * The acquirer's book. Every method runs without a pause between look-up and entry, so that two
 * requests with one key at the same time are one charge. An entry is in the file, if there is one,
 * before it is in memory: what was answered is there after a restart, its key included.
 */
export class Ledger {
  readonly #charges: Charge[] = [];
  readonly #refunds: Refund[] = [];
  readonly #chargeByKey = new Map<string, Charge>();
  readonly #refundByKey = new Map<string, Refund>();
  readonly #captured = new Map<string, { readonly charge: Charge; refundedMinor: number }>();
  readonly #file: LedgerFile | undefined;

  constructor(file?: LedgerFile) {
    this.#file = file;
    for (const record of file?.records ?? []) this.#remember(record as Line);
  }

  /** The charge that this key stands for. Throws IdempotencyKeyReused for another request. */
  findCharge(key: string, request: ChargeRequest): Charge | undefined {
    return sameRequest(this.#chargeByKey.get(key), request);
  }

  /** Enters a charge under a key that stands for none yet. */
  charge(caller: Caller, request: ChargeRequest, outcome: Outcome): Charge {
    const { reference, amountMinor, currency, token } = request;
    const charge: Charge = {
      ...entry('ch', this.#charges.length + 1, caller),
      ...{ reference, amountMinor, currency, token, ...outcome },
    };
    this.#enter({ charge });
    return charge;
  }

  /** As `findCharge`, for a refund. */
  findRefund(key: string, request: RefundRequest): Refund | undefined {
    return sameRequest(this.#refundByKey.get(key), request);
  }

  /**
   * Enters a refund under a key that stands for none yet. Throws RefundRefused when there is no
   * such captured charge, for another currency, and when all refunds together would exceed it.
   */
  refund(caller: Caller, request: RefundRequest): Refund {
    const { chargeId, amountMinor, currency } = request;
    const captured = this.#captured.get(chargeId);
    if (!captured) throw new RefundRefused('charge_not_refundable', 'chargeId', 'was not captured');
    if (currency !== captured.charge.currency)
      throw new RefundRefused('currency_mismatch', 'currency', "is not the charge's");
    if (amountMinor > captured.charge.amountMinor - captured.refundedMinor)
      throw new RefundRefused('refund_too_large', 'amountMinor', 'is more than is left');
    const refund: Refund = {
      ...entry('re', this.#refunds.length + 1, caller),
      ...{ chargeId, amountMinor, currency, status: 'succeeded' },
    };
    this.#enter({ refund });
    return refund;
  }

  /** Up to `limit` entries with a sequence above `after`; `next` is the `after` of the next page. */
  charges(after: number, limit: number): { charges: Charge[]; next: number | null } {
    const { page, next } = pageOf(this.#charges, after, limit);
    return { charges: page, next };
  }

  /** As `charges`, for refunds. */
  refunds(after: number, limit: number): { refunds: Refund[]; next: number | null } {
    const { page, next } = pageOf(this.#refunds, after, limit);
    return { refunds: page, next };
  }

  #enter(line: Line): void {
    this.#file?.append(line);
    this.#remember(line);
  }

  #remember(line: Line): void {
    if ('charge' in line) {
      const { charge } = line;
      this.#charges.push(charge);
      this.#chargeByKey.set(charge.key, charge);
      if (charge.status === 'captured') this.#captured.set(charge.id, { charge, refundedMinor: 0 });
      return;
    }
    const { refund } = line;
    this.#refunds.push(refund);
    this.#refundByKey.set(refund.key, refund);
    const captured = this.#captured.get(refund.chargeId);
    if (captured) captured.refundedMinor += refund.amountMinor;
  }
}

const entry = (prefix: string, seq: number, { key, requestId }: Caller): Entry => ({
  seq,
  id: `${prefix}_${randomUUID()}`,
  key,
  ...(requestId !== undefined && { requestId }),
  at: new Date().toISOString(),
});

function sameRequest<E extends R & Entry, R extends object>(
  before: E | undefined,
  request: R,
): E | undefined {
  if (!before) return undefined;
  for (const [field, value] of Object.entries(request))
    if (before[field as keyof E] !== value) throw new IdempotencyKeyReused(before.key);
  return before;
}

function pageOf<E>(entries: E[], after: number, limit: number): { page: E[]; next: number | null } {
  const page = entries.slice(after, after + limit);
  const last = after + page.length;
  return { page, next: last < entries.length ? last : null };
}
