import { toDecimal } from '../platform/money.ts';
import type { Release } from '../releases.ts';
import type { Payment } from './payment.ts';

/** A payment as the release's clients see it. The decimal field stays for clients of 1.0. */
export function paymentOnWire(payment: Payment, release: Release) {
  return {
    id: payment.id,
    orderId: payment.orderId,
    status: payment.status,
    total: toDecimal(payment.amount),
    ...(release.answersMinorUnits && { amount: payment.amount }),
    createdAt: payment.createdAt,
  };
}
