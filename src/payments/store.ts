import type { Queryable } from '../platform/postgres.ts';
import { paymentAmount } from '../schema-change/minor-units.ts';
import { readMoney, sqlByPhase, writeMoney } from '../schema-change/money-sql.ts';
import type { Phase } from '../schema-change/phases.ts';
import type { Payment, PaymentStatus } from './payment.ts';

const findSql = sqlByPhase((phase) => {
  const amount = readMoney(phase, paymentAmount, 'p');
  return `
  SELECT p.id, p.order_id, p.customer_id, p.status, p.card_token, p.created_at,
    ${amount.minor} AS minor, ${amount.currency} AS currency
  FROM payments p WHERE p.id = $1 AND p.customer_id = $2`;
});

const insertSql = sqlByPhase((phase) => {
  const amount = writeMoney(phase, paymentAmount, { minor: '$4::bigint', currency: '$5::text' });
  return `
  INSERT INTO payments (id, order_id, customer_id, status, card_token, ${amount.columns})
  VALUES ($1, $2, $3, 'pending', $6, ${amount.values})
  RETURNING created_at`;
});

// Only a pending payment is settled: a second process that resumed the same one changes nothing.
const settleSql = `
  UPDATE payments SET status = $2, gateway_charge_id = $3, updated_at = now()
  WHERE id = $1 AND status = 'pending'`;

interface PaymentRow {
  readonly id: string;
  readonly order_id: string;
  readonly customer_id: string;
  readonly status: PaymentStatus;
  readonly card_token: string;
  readonly created_at: Date;
  readonly minor: number;
  readonly currency: string;
}

/** Null when there is no such payment, or it is somebody else's. */
export async function findPayment(
  db: Queryable,
  phase: Phase,
  id: string,
  customerId: string,
): Promise<Payment | null> {
  const { rows } = await db.query<PaymentRow>(findSql(phase), [id, customerId]);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    orderId: row.order_id,
    customerId: row.customer_id,
    status: row.status,
    amount: { minor: row.minor, currency: row.currency },
    cardToken: row.card_token,
    createdAt: row.created_at.toISOString(),
  };
}

/** Stores a pending payment in the shape or shapes that the phase writes. */
export async function insertPayment(
  db: Queryable,
  phase: Phase,
  payment: Omit<Payment, 'status' | 'createdAt'>,
): Promise<Payment> {
  const { rows } = await db.query<{ created_at: Date }>(insertSql(phase), [
    payment.id,
    payment.orderId,
    payment.customerId,
    payment.amount.minor,
    payment.amount.currency,
    payment.cardToken,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error(`payment ${payment.id} was not stored`);
  return { ...payment, status: 'pending', createdAt: row.created_at.toISOString() };
}

/** Writes the gateway's answer down; true when this call was the one that did. */
export async function settlePayment(
  db: Queryable,
  id: string,
  status: Exclude<PaymentStatus, 'pending'>,
  chargeId: string | null,
): Promise<boolean> {
  const { rowCount } = await db.query(settleSql, [id, status, chargeId]);
  return rowCount === 1;
}
