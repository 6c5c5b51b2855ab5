import type { Phases } from '../changes/changes.ts';
import type { Queryable } from '../platform/postgres/postgres.ts';
import { type LockedOrder, lockOrderTotal, setOrderStatus } from './status-store.ts';

/**
 * Locks a customer's order for the rest of the transaction and says what there is to pay. Null
 * when there is no such order, or it is somebody else's.
 */
export function lockOrderToPay(
  db: Queryable,
  phases: Phases,
  id: string,
  customerId: string,
): Promise<LockedOrder | null> {
  return lockOrderTotal(db, phases, id, customerId);
}

export async function markPaid(db: Queryable, id: string): Promise<void> {
  await setOrderStatus(db, id, 'paid');
}
