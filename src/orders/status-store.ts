import type { Phases } from '../changes/changes.ts';
import { orderTotal } from '../changes/minor-units/change.ts';
import { readMoney } from '../changes/minor-units/money-sql.ts';
import { sqlByPhases } from '../changes/sql-by-phases.ts';
import type { Money } from '../platform/money.ts';
import type { Queryable } from '../platform/postgres/postgres.ts';
import { sourcesOf } from '../platform/transitions.ts';
import { type OrderStatus, orderTransitions } from './order.ts';

const setStatusSql = 'UPDATE orders SET status = $2 WHERE id = $1 AND status = ANY ($3)';

const lockSql = 'SELECT status FROM orders WHERE id = $1 AND customer_id = $2 FOR UPDATE';

const lockTotalSql = sqlByPhases((phases) => {
  const total = readMoney(phases['minor-units'], orderTotal, 'o');
  return `
  SELECT o.status, now() AS now, ${total.minor} AS total_minor, ${total.currency} AS currency
  FROM orders o WHERE o.id = $1 AND o.customer_id = $2 FOR UPDATE`;
});

/** Locks the order's row until the transaction ends. Null when it is not this customer's. */
export async function lockOrder(
  db: Queryable,
  id: string,
  customerId: string,
): Promise<OrderStatus | null> {
  const { rows } = await db.query<{ status: OrderStatus }>(lockSql, [id, customerId]);
  return rows[0]?.status ?? null;
}

/** An order whose row is locked until the transaction ends. */
export interface LockedOrder {
  readonly status: OrderStatus;
  readonly total: Money;
  /** The transaction's time. */
  readonly now: Date;
}

/** As `lockOrder`, with what there is to pay. */
export async function lockOrderTotal(
  db: Queryable,
  phases: Phases,
  id: string,
  customerId: string,
): Promise<LockedOrder | null> {
  const { rows } = await db.query<{
    status: OrderStatus;
    now: Date;
    total_minor: number;
    currency: string;
  }>(lockTotalSql(phases), [id, customerId]);
  const [row] = rows;
  if (row === undefined) return null;
  const { status, now, total_minor: minor, currency } = row;
  return { status, now, total: { minor, currency } };
}

/** Changes nothing when the order may not go there from where it is: see `orderTransitions`. */
export async function setOrderStatus(db: Queryable, id: string, to: OrderStatus): Promise<void> {
  await db.query(setStatusSql, [id, to, sourcesOf(orderTransitions, to)]);
}

const livePaymentSql = `
  SELECT EXISTS (SELECT FROM payments WHERE order_id = $1 AND status IN ('pending', 'captured'))
    AS found`;

/** Whether a payment for the order is under way or done. */
export async function hasLivePayment(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(livePaymentSql, [id]);
  return rows[0]?.found ?? false;
}
