import type { Order } from '../../src/orders/order.ts';
import { insertOrder } from '../../src/orders/store.ts';
import type { Queryable } from '../../src/platform/postgres/postgres.ts';
import type { Phase } from '../../src/schema-change/phases.ts';

/** Stores an order as a replica in a phase does, under a key of its own. */
export async function storeOrder(
  db: Queryable,
  phase: Phase,
  order: Omit<Order, 'status' | 'createdAt'>,
): Promise<void> {
  const stored = await insertOrder(
    db,
    phase,
    { ...order, createdAt: new Date().toISOString() },
    {
      ref: { customerId: order.customerId, key: order.id, requestHash: 'hash' },
      answer: { status: 201, body: '{}' },
      ttlMs: 60_000,
    },
  );
  if (!stored) throw new Error(`order ${order.id} was stored before`);
}
