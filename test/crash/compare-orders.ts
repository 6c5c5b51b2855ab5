import type { Books } from './books.ts';
import { type Finding, findings } from './finding.ts';
import type { StoredOrder } from './sources.ts';
import type { ToldOrder } from './told.ts';

/** Every order that was acknowledged is there, with its value. */
export function lostOrders({ told, orders }: Books): Finding[] {
  return findings('lost-order', told.orders, ({ id, minor }) =>
    orders.has(id) ? null : [id, `acknowledged with ${minor}, not in the database`],
  );
}

/** In each shape that it is stored in, an order's total is that of its items, and what was told. */
export function alteredOrders({ told, stored, orders }: Books): Finding[] {
  const inItself = findings('altered-order', stored.orders, (order) => {
    const sums = order.amounts.map((_, shape) => sumOf(order, shape));
    const same = order.amounts.every(
      (amount, shape) => amount === sums[shape] && amount === sums[0],
    );
    if (same && order.amounts.length > 0) return null;
    return [order.id, `total ${order.amounts}, items ${sums}`];
  });
  const againstTold = findings('altered-order', told.orders, (order) => {
    const row = orders.get(order.id);
    if (row === undefined || linesOf(row) === toldLines(order)) return null;
    return [order.id, `told ${toldLines(order)}, stored ${linesOf(row)}`];
  });
  return [...inItself, ...againstTold];
}

/** Every key of a new order stands for one order, and every order has its key. */
export function secondOrders({ told, stored }: Books): Finding[] {
  const keys = Map.groupBy(stored.orderKeys, ({ orderId }) => orderId);
  const withoutKey = findings('second-order', stored.orders, ({ id, customerId }) => {
    const count = keys.get(id)?.length ?? 0;
    return count === 1 ? null : [id, `${count} keys stand for it; order of ${customerId}`];
  });
  // A client that repeats until it is answered knows of every order that it has.
  const known = new Map(told.orders.map((order) => [order.id, order.key]));
  const ofRetrying = stored.orders.filter((order) => told.retryCustomers.has(order.customerId));
  const unknown = findings('second-order', ofRetrying, ({ id }) =>
    known.has(id) ? null : [id, 'its customer repeats every request, and was never told of it'],
  );
  return [...withoutKey, ...unknown];
}

export function lostCancellations({ told, orders }: Books): Finding[] {
  return findings('lost-cancellation', told.cancelled, (id) => {
    const status = orders.get(id)?.status ?? 'not there';
    return status === 'cancelled' ? null : [id, `cancellation acknowledged, stored as ${status}`];
  });
}

/** What is missing on a shelf is what the orders that stand have taken. */
export function wrongStock({ stored, startStock }: Books): Finding[] {
  const taken = new Map<string, number>();
  for (const { status, items } of stored.orders) {
    if (status === 'cancelled') continue;
    for (const { sku, quantity } of items) taken.set(sku, (taken.get(sku) ?? 0) + quantity);
  }
  return findings('stock', stored.stock, ({ sku, stock }) => {
    const expected = (startStock.get(sku) ?? 0) - (taken.get(sku) ?? 0);
    return stock === expected ? null : [sku, `on the shelf ${stock}, by the orders ${expected}`];
  });
}

function sumOf({ items }: StoredOrder, shape: number): number {
  return items.reduce((sum, { quantity, amounts }) => sum + quantity * (amounts[shape] ?? 0), 0);
}

const linesOf = ({ amounts, items }: StoredOrder): string =>
  `${amounts[0]}: ${items.map((i) => `${i.quantity} ${i.sku} at ${i.amounts[0]}`).join(', ')}`;

const toldLines = ({ minor, items }: ToldOrder): string =>
  `${minor}: ${items.map((i) => `${i.quantity} ${i.sku} at ${i.unitMinor}`).join(', ')}`;
