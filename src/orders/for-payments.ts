import type { Money } from '../platform/money.ts';
import type { Queryable } from '../platform/postgres.ts';
import type { Phase } from '../schema-change/phases.ts';
import type { OrderStatus } from './order.ts';
import { findOrder, lockOrder, setOrderStatus } from './store.ts';

/**
 * Locks a customer's order for the rest of the transaction and says what there is to pay. Null
 * when there is no such order, or it is somebody else's.
 */
export async function lockOrderToPay(
  db: Queryable,
  phase: Phase,
  id: string,
  customerId: string,
): Promise<{ status: OrderStatus; total: Money } | null> {
  const status = await lockOrder(db, id, customerId);
  if (status === null) return null;
  const order = await findOrder(db, phase, id, customerId);
  return order === null ? null : { status, total: order.total };
}

export async function markPaid(db: Queryable, id: string): Promise<void> {
  await setOrderStatus(db, id, 'paid');
}
