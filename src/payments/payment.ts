import type { Money } from '../platform/money.ts';
import type { Transitions } from '../platform/transitions.ts';

/** `pending` is committed before the gateway is asked; the other two are its answers. */
export type PaymentStatus = 'pending' | 'captured' | 'declined';

/** What was captured stays captured: money that is given back is a refund beside it. */
export const paymentTransitions: Transitions<PaymentStatus> = {
  pending: ['captured', 'declined'],
  captured: [],
  declined: [],
};

export interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly status: PaymentStatus;
  readonly amount: Money;
  /** Given back so far, in minor units of the same currency. */
  readonly refundedMinor: number;
  readonly cardToken: string;
  /** The gateway's name for the charge; null until it has answered. */
  readonly chargeId: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}
