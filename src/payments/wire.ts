import { toDecimal } from '../platform/money.ts';
import type { Release } from '../releases.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

/** A payment as the release's clients see it. The decimal field stays for clients of 1.0. */
export function paymentOnWire(payment: Payment, release: Release) {
  const refunded = { minor: payment.refundedMinor, currency: payment.amount.currency };
  return {
    id: payment.id,
    orderId: payment.orderId,
    status: payment.status,
    total: toDecimal(payment.amount),
    refunded: toDecimal(refunded),
    ...(release.answersMinorUnits && { amount: payment.amount, refundedAmount: refunded }),
    createdAt: payment.createdAt,
  };
}

/** A refund as the release's clients see it. */
export function refundOnWire(refund: Refund, release: Release) {
  return {
    id: refund.id,
    paymentId: refund.paymentId,
    status: refund.status,
    total: toDecimal(refund.amount),
    ...(release.answersMinorUnits && { amount: refund.amount }),
    createdAt: refund.createdAt,
  };
}
