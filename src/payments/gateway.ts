import type { Money } from '../platform/money.ts';

/** What the gateway is asked to take. `key` (the payment's id) makes the same call twice one charge. */
export interface ChargeRequest {
  readonly key: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly cardToken: string;
  /** Id of the request that caused the call, for the gateway's own log. */
  readonly requestId?: string;
}

export type ChargeResult =
  | { readonly status: 'captured' | 'declined'; readonly chargeId: string }
  /** The gateway says that the request itself is wrong; it did nothing. */
  | { readonly status: 'refused' };

/** What the gateway is asked to give back. `key` (the refund's id) makes it happen once. */
export interface RefundRequest {
  readonly key: string;
  readonly chargeId: string;
  readonly amount: Money;
  readonly requestId?: string;
}

export type RefundResult =
  | { readonly status: 'succeeded'; readonly refundId: string }
  /** The gateway says that the request itself is wrong; it did nothing. */
  | { readonly status: 'refused' };

/** The acquirer, as the payment use cases see it. */
export interface Gateway {
  /** Longest that one `charge` or `refund` takes, all tries and pauses counted, in milliseconds. */
  readonly longestMs: number;
  /** False while the circuit breaker is open: a call would be refused without being sent. */
  available(): boolean;
  /** @throws {GatewayUnavailableError} when no try was answered; the charge may have happened. */
  charge(request: ChargeRequest): Promise<ChargeResult>;
  /** @throws {GatewayUnavailableError} when no try was answered; the refund may have happened. */
  refund(request: RefundRequest): Promise<RefundResult>;
  close(): Promise<void>;
}

/** No answer that can be relied on: the next call with the same key finds out what happened. */
export class GatewayUnavailableError extends Error {
  readonly tries: number;

  /** @param tries that were sent: none while the circuit breaker is open. */
  constructor(tries: number, cause: unknown) {
    super(`the gateway gave no answer; tries sent: ${tries}`, { cause });
    this.name = 'GatewayUnavailableError';
    this.tries = tries;
  }
}
