import { v7 as uuidv7 } from 'uuid';
import type { Phases, Tracker } from '../changes/changes.ts';
import type { KeyRef } from '../idempotency/keys.ts';
import type { Answer } from '../idempotency/once.ts';
import { lockOrderToPay, markPaid } from '../orders/for-payments.ts';
import { forgetOrder } from '../orders/read-orders.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { storedProblem } from '../platform/http/problem-answers.ts';
import { NotFoundProblem } from '../platform/http/problems.ts';
import { sqlState } from '../platform/postgres/postgres.ts';
import type { Transaction } from '../platform/postgres/transaction.ts';
import type { Release } from '../releases.ts';
import { CardRefusedProblem, OrderNotPayableProblem } from './errors.ts';
import type { ChargeResult } from './gateway.ts';
import { answerInSteps, type GatewayStep, type StepDeps } from './gateway-step.ts';
import type { Payment } from './payment.ts';
import { findPayment, insertPayment, paymentChanges, settlePayment } from './store.ts';
import { paymentOnWire } from './wire.ts';

export interface PayDeps extends StepDeps {
  readonly release: Release;
  readonly tracker: Tracker;
  readonly cache: Cache;
}

export interface PayRequest {
  readonly ref: KeyRef;
  readonly phases: Phases;
  readonly requestId: string;
  readonly orderId: string;
  readonly cardToken: string;
}

/** How a payment goes through the gateway. */
export function paymentStep(deps: PayDeps): GatewayStep<Payment, ChargeResult> {
  return {
    kind: 'payment',
    point: 'payment-pending',
    table: 'payments',
    find(db, phases, id, customerId) {
      deps.tracker.didRead(phases, paymentChanges);
      return findPayment(db, phases, id, customerId);
    },
    ask({ id: key, orderId, amount, cardToken }, requestId) {
      return deps.gateway.charge({ key, orderId, amount, cardToken, requestId });
    },
    settle(tx, payment, result, requestId) {
      if (result.status === 'refused') {
        tx.defer(settlePayment(tx, payment.id, 'declined', null));
        return storedProblem(new CardRefusedProblem(), requestId);
      }
      const { status, chargeId } = result;
      tx.defer(settlePayment(tx, payment.id, status, chargeId));
      if (status === 'captured') tx.defer(markPaid(tx, payment.orderId));
      return {
        status: 201,
        body: JSON.stringify(paymentOnWire({ ...payment, status }, deps.release)),
      };
    },
    settled: ({ orderId }) => forgetOrder(deps.cache, orderId),
  };
}

/**
 * Pays an order: see `answerInSteps`.
 *
 * @throws {NotFoundProblem} when there is no such order.
 * @throws {OrderNotPayableProblem} when it is paid, being paid or cancelled.
 */
export function pay(deps: PayDeps, request: PayRequest): Promise<Answer> {
  return answerInSteps(deps, paymentStep(deps), {
    ...request,
    begin: (tx, ownMs) => begin(deps, request, tx, ownMs),
  });
}

async function begin(
  deps: PayDeps,
  { orderId, cardToken, phases, ref: { customerId } }: PayRequest,
  tx: Transaction,
  ownMs: number,
): Promise<Payment> {
  deps.tracker.didRead(phases, paymentChanges);
  const order = await lockOrderToPay(tx, phases, orderId, customerId);
  if (order === null) throw new NotFoundProblem('order', orderId);
  if (order.status !== 'placed') throw new OrderNotPayableProblem(orderId, `it is ${order.status}`);
  deps.tracker.didWrite(phases, paymentChanges);
  const payment = { id: uuidv7(), orderId, customerId, amount: order.total, cardToken };
  const inserting = insertPayment(tx, phases, payment, ownMs).catch((error: unknown) => {
    if (sqlState(error) !== '23505') throw error; // unique_violation: payments_one_live_per_order
    throw new OrderNotPayableProblem(orderId, 'another payment for it is under way');
  });
  tx.defer(inserting);
  const createdAt = order.now.toISOString();
  return { ...payment, status: 'pending', refundedMinor: 0, chargeId: null, createdAt };
}
