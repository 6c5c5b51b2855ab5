import { randomUUID } from 'node:crypto';
import type { RunContext } from '../run/context.ts';
import type { Replica } from '../world/fleet.ts';

/**
 * What is tried on a fleet that no customer reaches: on each replica an order is placed and read.
 * No card is charged: it is the real database and the real gateway.
 *
 * @returns the first thing that did not work, in words; null when all did.
 */
export async function smokeTest(
  context: RunContext,
  replicas: readonly Replica[],
): Promise<string | null> {
  for (const replica of replicas) {
    const broken = await tryOut(context, replica).catch(() => {
      context.signal.throwIfAborted();
      return 'it did not answer';
    });
    if (broken !== null) return `${replica.id}: ${broken}`;
  }
  return null;
}

async function tryOut({ guest, skus, signal }: RunContext, { url }: Replica) {
  const who = { authorization: `Bearer ${guest.token}`, 'x-customer-id': guest.id };
  const placed = await fetch(`${url}/v1/orders`, {
    method: 'POST',
    headers: { ...who, 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
    body: JSON.stringify({ items: [{ sku: skus[0] ?? '', quantity: 1 }] }),
    signal,
  });
  if (placed.status !== 201) return `placing an order was answered ${placed.status}`;
  const { id } = (await placed.json()) as { id: string };
  const read = await fetch(`${url}/v1/orders/${id}`, { headers: who, signal });
  return read.status === 200 ? null : `reading the order was answered ${read.status}`;
}
