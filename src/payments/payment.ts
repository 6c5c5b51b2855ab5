import type { Money } from '../platform/money.ts';

/** `pending` is committed before the gateway is asked; the other two are its answers. */
export type PaymentStatus = 'pending' | 'captured' | 'declined';

export interface Payment {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly status: PaymentStatus;
  readonly amount: Money;
  readonly cardToken: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}
