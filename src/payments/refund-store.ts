import type { Phases } from '../changes/changes.ts';
import { paymentAmount } from '../changes/minor-units/change.ts';
import { readMoney } from '../changes/minor-units/money-sql.ts';
import { sqlByPhases } from '../changes/sql-by-phases.ts';
import type { Queryable } from '../platform/postgres/postgres.ts';
import { sourcesOf } from '../platform/transitions.ts';
import type { PaymentStatus } from './payment.ts';
import { type Refund, type RefundStatus, refundTransitions } from './refund.ts';

// The lock makes two refunds of one payment wait for each other: each sees what the other took.
const lockSql = sqlByPhases((phases) => {
  const amount = readMoney(phases['minor-units'], paymentAmount, 'p');
  return `
  SELECT p.status, p.gateway_charge_id, now() AS now,
    ${amount.minor} AS minor, ${amount.currency} AS currency
  FROM payments p WHERE p.id = $1 AND p.customer_id = $2 FOR NO KEY UPDATE`;
});

// A statement of its own: it has to see what was committed while the lock was waited for.
const takenSql = `
  SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM refunds
  WHERE payment_id = $1 AND status IN ('pending', 'succeeded')`;

const insertSql = `
  INSERT INTO refunds
    (id, payment_id, customer_id, status, amount_minor, currency, next_attempt_at)
  VALUES ($1, $2, $3, 'pending', $4, $5, now() + $6 * interval '1 millisecond')`;

const findSql = `
  SELECT r.id, r.payment_id, r.customer_id, r.status, r.amount_minor, r.currency, r.created_at,
    p.gateway_charge_id
  FROM refunds r JOIN payments p ON p.id = r.payment_id
  WHERE r.id = $1 AND r.customer_id = $2`;

const settleSql = `
  UPDATE refunds SET status = $2, gateway_refund_id = $3, updated_at = now()
  WHERE id = $1 AND status = ANY ($4)`;

/** A payment that something is to be given back of, locked for the rest of the transaction. */
export interface Refundable {
  readonly status: PaymentStatus;
  readonly chargeId: string | null;
  readonly currency: string;
  /** Captured, less what was given back or is about to be; in minor units. */
  readonly leftMinor: number;
  /** The transaction's time. */
  readonly now: Date;
}

/** Null when there is no such payment, or it is somebody else's. */
export async function lockToRefund(
  db: Queryable,
  phases: Phases,
  paymentId: string,
  customerId: string,
): Promise<Refundable | null> {
  const { rows } = await db.query<{
    status: PaymentStatus;
    gateway_charge_id: string | null;
    now: Date;
    minor: number;
    currency: string;
  }>(lockSql(phases), [paymentId, customerId]);
  const [row] = rows;
  if (row === undefined) return null;
  const taken = await db.query<{ minor: number }>(takenSql, [paymentId]);
  return {
    status: row.status,
    chargeId: row.gateway_charge_id,
    currency: row.currency,
    leftMinor: row.minor - (taken.rows[0]?.minor ?? 0),
    now: row.now,
  };
}

/** @param ownMs for so long the reconciler leaves it to the request that made it. */
export async function insertRefund(db: Queryable, refund: Refund, ownMs: number): Promise<void> {
  const { id, paymentId, customerId, amount } = refund;
  await db.query(insertSql, [id, paymentId, customerId, amount.minor, amount.currency, ownMs]);
}

/** Null when there is no such refund, or it is somebody else's. */
export async function findRefund(
  db: Queryable,
  id: string,
  customerId: string,
): Promise<Refund | null> {
  const { rows } = await db.query<{
    id: string;
    payment_id: string;
    customer_id: string;
    status: RefundStatus;
    amount_minor: number;
    currency: string;
    created_at: Date;
    gateway_charge_id: string;
  }>(findSql, [id, customerId]);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    paymentId: row.payment_id,
    customerId: row.customer_id,
    status: row.status,
    amount: { minor: row.amount_minor, currency: row.currency },
    chargeId: row.gateway_charge_id,
    createdAt: row.created_at.toISOString(),
  };
}

/** Writes the gateway's answer down. Changes nothing where another process was faster. */
export async function settleRefund(
  db: Queryable,
  id: string,
  to: Exclude<RefundStatus, 'pending'>,
  gatewayRefundId: string | null,
): Promise<void> {
  await db.query(settleSql, [id, to, gatewayRefundId, sourcesOf(refundTransitions, to)]);
}
