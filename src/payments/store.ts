import type { ChangeName, Phases } from '../changes/changes.ts';
import { paymentAmount } from '../changes/minor-units/change.ts';
import { readMoney, writeMoney } from '../changes/minor-units/money-sql.ts';
import { sqlByPhases } from '../changes/sql-by-phases.ts';
import type { Queryable } from '../platform/postgres/postgres.ts';
import { sourcesOf } from '../platform/transitions.ts';
import { type Payment, type PaymentStatus, paymentTransitions } from './payment.ts';

/** The changes that the statements on payments know both shapes of. */
export const paymentChanges: readonly ChangeName[] = ['minor-units'];

/** Columns of a payment, with what of it was given back. */
function paymentColumns(phases: Phases): string {
  const amount = readMoney(phases['minor-units'], paymentAmount, 'p');
  return `
    p.id, p.order_id, p.customer_id, p.status, p.card_token, p.gateway_charge_id, p.created_at,
    ${amount.minor} AS minor, ${amount.currency} AS currency,
    (SELECT coalesce(sum(r.amount_minor), 0)::bigint FROM refunds r
      WHERE r.payment_id = p.id AND r.status = 'succeeded') AS refunded_minor`;
}

const findSql = sqlByPhases(
  (phases) => `
  SELECT ${paymentColumns(phases)} FROM payments p WHERE p.id = $1 AND p.customer_id = $2`,
);

const insertSql = sqlByPhases((phases) => {
  const amount = writeMoney(phases['minor-units'], paymentAmount, {
    minor: '$4::bigint',
    currency: '$5::text',
  });
  return `
  INSERT INTO payments
    (id, order_id, customer_id, status, card_token, next_attempt_at, ${amount.columns})
  VALUES ($1, $2, $3, 'pending', $6, now() + $7 * interval '1 millisecond', ${amount.values})`;
});

const settleSql = `
  UPDATE payments SET status = $2, gateway_charge_id = $3, updated_at = now()
  WHERE id = $1 AND status = ANY ($4)`;

interface PaymentRow {
  readonly id: string;
  readonly order_id: string;
  readonly customer_id: string;
  readonly status: PaymentStatus;
  readonly card_token: string;
  readonly gateway_charge_id: string | null;
  readonly created_at: Date;
  readonly minor: number;
  readonly currency: string;
  readonly refunded_minor: number;
}

function toPayment(row: PaymentRow): Payment {
  return {
    id: row.id,
    orderId: row.order_id,
    customerId: row.customer_id,
    status: row.status,
    amount: { minor: row.minor, currency: row.currency },
    refundedMinor: row.refunded_minor,
    cardToken: row.card_token,
    chargeId: row.gateway_charge_id,
    createdAt: row.created_at.toISOString(),
  };
}

/** Null when there is no such payment, or it is somebody else's. */
export async function findPayment(
  db: Queryable,
  phases: Phases,
  id: string,
  customerId: string,
): Promise<Payment | null> {
  const { rows } = await db.query<PaymentRow>(findSql(phases), [id, customerId]);
  return rows[0] === undefined ? null : toPayment(rows[0]);
}

/**
 * Stores a pending payment in the shape or shapes that the phase writes.
 *
 * @param ownMs for so long the reconciler leaves it to the request that made it.
 */
export async function insertPayment(
  db: Queryable,
  phases: Phases,
  payment: Pick<Payment, 'id' | 'orderId' | 'customerId' | 'amount' | 'cardToken'>,
  ownMs: number,
): Promise<void> {
  const { id, orderId, customerId, amount, cardToken } = payment;
  const values = [id, orderId, customerId, amount.minor, amount.currency, cardToken, ownMs];
  await db.query(insertSql(phases), values);
}

/** Writes the gateway's answer down. Changes nothing where another process was faster. */
export async function settlePayment(
  db: Queryable,
  id: string,
  to: Exclude<PaymentStatus, 'pending'>,
  chargeId: string | null,
): Promise<void> {
  await db.query(settleSql, [id, to, chargeId, sourcesOf(paymentTransitions, to)]);
}
