import { v7 as uuidv7 } from 'uuid';
import type { Phases } from '../changes/changes.ts';
import type { KeyRef } from '../idempotency/keys.ts';
import type { Answer } from '../idempotency/once.ts';
import { storedProblem } from '../platform/http/problem-answers.ts';
import { NotFoundProblem } from '../platform/http/problems.ts';
import { minorOf } from '../platform/money.ts';
import type { Transaction } from '../platform/postgres/transaction.ts';
import {
  PaymentNotRefundableProblem,
  RefundAmountProblem,
  RefundRefusedProblem,
  RefundTooLargeProblem,
} from './errors.ts';
import type { RefundResult } from './gateway.ts';
import { answerInSteps, type GatewayStep } from './gateway-step.ts';
import type { PayDeps } from './pay.ts';
import type { Refund } from './refund.ts';
import {
  findRefund,
  insertRefund,
  lockToRefund,
  type Refundable,
  settleRefund,
} from './refund-store.ts';
import { paymentChanges } from './store.ts';
import { refundOnWire } from './wire.ts';

/** How much to give back: a decimal of the payment's currency, an amount, or all that is left. */
export interface WantedRefund {
  readonly total?: string;
  readonly amount?: { readonly minor: number; readonly currency: string };
}

export interface RefundRequest {
  readonly ref: KeyRef;
  readonly phases: Phases;
  readonly requestId: string;
  readonly paymentId: string;
  readonly wanted: WantedRefund;
}

/** How a refund goes through the gateway. */
export function refundStep(deps: PayDeps): GatewayStep<Refund, RefundResult> {
  return {
    kind: 'refund',
    point: 'refund-pending',
    table: 'refunds',
    find: (db, _phases, id, customerId) => findRefund(db, id, customerId),
    ask: ({ id: key, chargeId, amount }, requestId) =>
      deps.gateway.refund({ key, chargeId, amount, requestId }),
    settle(tx, refund, result, requestId) {
      if (result.status === 'refused') {
        tx.defer(settleRefund(tx, refund.id, 'failed', null));
        return storedProblem(new RefundRefusedProblem(), requestId);
      }
      tx.defer(settleRefund(tx, refund.id, 'succeeded', result.refundId));
      const body = JSON.stringify(refundOnWire({ ...refund, status: 'succeeded' }, deps.release));
      return { status: 201, body };
    },
    settled: async () => {},
  };
}

/**
 * Gives money of a captured payment back, never more than was captured: see `answerInSteps`.
 *
 * @throws {NotFoundProblem} when there is no such payment.
 * @throws {PaymentNotRefundableProblem} when nothing was captured, or nothing of it is left.
 * @throws {RefundAmountProblem} for what is no amount of the payment's currency.
 * @throws {RefundTooLargeProblem} for more than is left.
 */
export function refundPayment(deps: PayDeps, request: RefundRequest): Promise<Answer> {
  return answerInSteps(deps, refundStep(deps), {
    ...request,
    begin: (tx, ownMs) => begin(deps, request, tx, ownMs),
  });
}

async function begin(
  deps: PayDeps,
  { paymentId, phases, wanted, ref: { customerId } }: RefundRequest,
  tx: Transaction,
  ownMs: number,
): Promise<Refund> {
  deps.tracker.didRead(phases, paymentChanges);
  const payment = await lockToRefund(tx, phases, paymentId, customerId);
  if (payment === null) throw new NotFoundProblem('payment', paymentId);
  const { status, chargeId, currency, leftMinor } = payment;
  if (status !== 'captured' || chargeId === null) {
    throw new PaymentNotRefundableProblem(paymentId, `it is ${status}`);
  }
  if (leftMinor === 0) throw new PaymentNotRefundableProblem(paymentId, 'nothing of it is left');
  const minor = wantedMinor(wanted, payment);
  if (minor > leftMinor) throw new RefundTooLargeProblem(paymentId, { minor: leftMinor, currency });
  const refund: Refund = {
    id: uuidv7(),
    paymentId,
    customerId,
    status: 'pending',
    amount: { minor, currency },
    chargeId,
    createdAt: payment.now.toISOString(),
  };
  tx.defer(insertRefund(tx, refund, ownMs));
  return refund;
}

function wantedMinor({ total, amount }: WantedRefund, payment: Refundable): number {
  const { currency, leftMinor } = payment;
  if (amount !== undefined) {
    if (amount.currency === currency) return amount.minor;
    throw new RefundAmountProblem('/amount/currency', `must be ${currency}, as the payment's is`);
  }
  if (total === undefined) return leftMinor;
  const minor = minorOf(total, currency);
  if (minor !== null && minor > 0) return minor;
  throw new RefundAmountProblem('/total', `must be a positive amount of ${currency}`);
}
