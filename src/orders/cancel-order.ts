import { releaseStock } from '../catalog/stock.ts';
import type { Customer } from '../platform/auth.ts';
import type { Queryable } from '../platform/postgres.ts';
import { NotFoundProblem } from '../platform/problems.ts';
import type { Phase } from '../schema-change/phases.ts';
import { OrderNotCancellableProblem } from './errors.ts';
import type { Order } from './order.ts';
import { findOrder, hasLivePayment, lockOrder, setOrderStatus } from './store.ts';

/**
 * Cancels a placed order and gives its stock back, in the caller's transaction.
 *
 * @throws {NotFoundProblem} when it is not there or somebody else's.
 * @throws {OrderNotCancellableProblem} when it is paid, being paid, or cancelled already.
 */
export async function cancelOrder(
  db: Queryable,
  phase: Phase,
  customer: Customer,
  id: string,
): Promise<Order> {
  const status = await lockOrder(db, id, customer.id);
  if (status === null) throw new NotFoundProblem('order', id);
  if (status !== 'placed') throw new OrderNotCancellableProblem(id, status, `it is ${status}`);
  if (await hasLivePayment(db, id)) {
    throw new OrderNotCancellableProblem(id, status, 'a payment for it is under way');
  }
  await setOrderStatus(db, id, 'cancelled');
  await releaseStock(db, id);
  const order = await findOrder(db, phase, id, customer.id);
  if (order === null) throw new NotFoundProblem('order', id);
  return order;
}
