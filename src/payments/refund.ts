import type { Money } from '../platform/money.ts';
import type { Transitions } from '../platform/transitions.ts';

/** `pending` is committed before the gateway is asked; the other two are its answers. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed';

export const refundTransitions: Transitions<RefundStatus> = {
  pending: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
};

export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly customerId: string;
  readonly status: RefundStatus;
  readonly amount: Money;
  /** The gateway's name for the charge that is given back. */
  readonly chargeId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}
