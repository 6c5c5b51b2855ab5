import type { Phases } from '../../src/changes/changes.ts';
import type { Order } from '../../src/orders/order.ts';
import { insertOrder } from '../../src/orders/store.ts';
import type { Queryable } from '../../src/platform/postgres/postgres.ts';

/** Stores an order as a replica in a phase does, under a key of its own. */
export async function storeOrder(
  db: Queryable,
  phases: Phases,
  order: Omit<Order, 'status' | 'createdAt' | 'shipTo'> & Partial<Pick<Order, 'shipTo'>>,
): Promise<void> {
  const stored = await insertOrder(
    db,
    phases,
    { shipTo: null, ...order, createdAt: new Date().toISOString() },
    {
      ref: { customerId: order.customerId, key: order.id, requestHash: 'hash' },
      answer: { status: 201, body: '{}' },
      ttlMs: 60_000,
    },
  );
  if (!stored) throw new Error(`order ${order.id} was stored before`);
}
