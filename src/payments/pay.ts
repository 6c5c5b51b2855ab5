import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import {
  claimKey,
  completeKey,
  type KeyRef,
  noteResource,
  unlockKey,
} from '../idempotency/keys.ts';
import type { Answer } from '../idempotency/once.ts';
import { lockOrderToPay, markPaid } from '../orders/for-payments.ts';
import { type Queryable, sqlState, transaction } from '../platform/postgres.ts';
import { NotFoundProblem } from '../platform/problems.ts';
import type { Release } from '../releases.ts';
import type { PhaseTracker } from '../schema-change/phase-tracker.ts';
import type { Phase } from '../schema-change/phases.ts';
import { CardRefusedProblem, OrderNotPayableProblem, PaymentPendingProblem } from './errors.ts';
import type { ChargeResult, Gateway } from './gateway.ts';
import type { Payment } from './payment.ts';
import { findPayment, insertPayment, settlePayment } from './store.ts';
import { paymentOnWire } from './wire.ts';

export interface PayDeps {
  readonly pool: pg.Pool;
  readonly gateway: Gateway;
  readonly release: Release;
  readonly tracker: PhaseTracker;
}

export interface PayRequest {
  readonly ref: KeyRef;
  readonly phase: Phase;
  readonly orderId: string;
  readonly cardToken: string;
}

type Begun = { readonly replay: Answer } | { readonly payment: Payment };

/** For the two transactions around the gateway's answer: until then nobody takes a payment over. */
const lockMarginMs = 3_000;

/**
 * Pays an order, in three atomic steps: the pending payment and the claim on the key are
 * committed; the gateway is called with the payment's id as its key, outside any transaction; the
 * outcome and the answer are committed. A process that dies after the first step leaves what the
 * next request with the same key picks up.
 *
 * @throws {NotFoundProblem} when there is no such order.
 * @throws {OrderNotPayableProblem} when it is paid, being paid or cancelled.
 * @throws {PaymentPendingProblem} when the gateway gave no answer.
 * @throws {CardRefusedProblem} when the gateway does not know the card token.
 */
export async function pay(deps: PayDeps, request: PayRequest): Promise<Answer> {
  const begun = await transaction(deps.pool, (db) => begin(deps, db, request));
  if ('replay' in begun) return begun.replay;
  const { payment } = begun;
  const result = await askGateway(deps, request.ref, payment);
  const answer = await transaction(deps.pool, (db) => settle(deps, db, request, payment, result));
  if (answer === null) throw new CardRefusedProblem();
  return answer;
}

async function begin(deps: PayDeps, db: Queryable, request: PayRequest): Promise<Begun> {
  const { ref, phase } = request;
  deps.tracker.didRead(phase);
  const claim = await claimKey(db, ref, deps.gateway.longestMs + lockMarginMs);
  if (claim.kind === 'replay') return { replay: { ...claim.answer, replayed: true } };
  if (claim.kind === 'resume') {
    const payment = await findPayment(db, phase, claim.resourceId, ref.customerId);
    if (payment === null) throw new NotFoundProblem('payment', claim.resourceId);
    // Settled and yet without an answer: the card was refused, and another card needs another key.
    if (payment.status !== 'pending') throw new CardRefusedProblem();
    return { payment };
  }
  const payment = await insertPending(deps, db, request);
  await noteResource(db, ref, payment.id);
  return { payment };
}

async function insertPending(deps: PayDeps, db: Queryable, request: PayRequest): Promise<Payment> {
  const { orderId, cardToken, phase, ref } = request;
  const order = await lockOrderToPay(db, phase, orderId, ref.customerId);
  if (order === null) throw new NotFoundProblem('order', orderId);
  if (order.status !== 'placed') throw new OrderNotPayableProblem(orderId, `it is ${order.status}`);
  deps.tracker.didWrite(phase);
  const { customerId } = ref;
  const payment = { id: uuidv7(), orderId, customerId, amount: order.total, cardToken };
  return insertPayment(db, phase, payment).catch((error: unknown) => {
    if (sqlState(error) !== '23505') throw error; // unique_violation: payments_one_live_per_order
    throw new OrderNotPayableProblem(orderId, 'another payment for it is under way');
  });
}

async function askGateway(deps: PayDeps, ref: KeyRef, payment: Payment): Promise<ChargeResult> {
  const { id: key, orderId, amount, cardToken } = payment;
  try {
    return await deps.gateway.charge({ key, orderId, amount, cardToken });
  } catch {
    await unlockKey(deps.pool, ref);
    throw new PaymentPendingProblem(key);
  }
}

async function settle(
  deps: PayDeps,
  db: Queryable,
  request: PayRequest,
  payment: Payment,
  result: ChargeResult,
): Promise<Answer | null> {
  if (result.status === 'refused') {
    await settlePayment(db, payment.id, 'declined', null);
    await unlockKey(db, request.ref);
    return null;
  }
  const { status, chargeId } = result;
  const first = await settlePayment(db, payment.id, status, chargeId);
  if (first && status === 'captured') await markPaid(db, payment.orderId);
  const body = JSON.stringify(paymentOnWire({ ...payment, status }, deps.release));
  await completeKey(db, request.ref, { status: 201, body });
  return { status: 201, body, replayed: false };
}
