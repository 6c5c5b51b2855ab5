import { releaseStock } from '../catalog/stock.ts';
import type { Phases } from '../changes/changes.ts';
import type { Customer } from '../platform/access/auth.ts';
import { NotFoundProblem } from '../platform/http/problems.ts';
import type { Transaction } from '../platform/postgres/transaction.ts';
import { OrderNotCancellableProblem } from './errors.ts';
import type { Order } from './order.ts';
import { hasLivePayment, lockOrder, setOrderStatus } from './status-store.ts';
import { findOrder } from './store.ts';

/**
 * Cancels a placed order and gives its stock back, in the caller's transaction.
 *
 * @throws {NotFoundProblem} when it is not there or somebody else's.
 * @throws {OrderNotCancellableProblem} when it is paid, being paid, or cancelled already.
 */
export async function cancelOrder(
  tx: Transaction,
  phases: Phases,
  customer: Customer,
  id: string,
): Promise<Order> {
  const status = await lockOrder(tx, id, customer.id);
  if (status === null) throw new NotFoundProblem('order', id);
  if (status !== 'placed') throw new OrderNotCancellableProblem(id, status, `it is ${status}`);
  if (await hasLivePayment(tx, id)) {
    throw new OrderNotCancellableProblem(id, status, 'a payment for it is under way');
  }
  tx.defer(setOrderStatus(tx, id, 'cancelled'));
  tx.defer(releaseStock(tx, id));
  const order = await findOrder(tx, phases, id, customer.id);
  if (order === null) throw new NotFoundProblem('order', id);
  return order;
}
