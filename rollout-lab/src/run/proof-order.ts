import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RunContext } from './context.ts';

/** The order was not taken, or not kept: the change did not bring what it was made for. */
export class ProofOrderError extends Error {
  constructor(what: string, status: number, body: string) {
    super(`${what} was answered ${status}: ${body}`);
    this.name = 'ProofOrderError';
  }
}

/**
 * What the change was made for: an order that the old columns could not hold, through the router
 * like any other, placed and read again.
 *
 * @throws {ProofOrderError} when it is not taken, or answered as another one.
 */
export async function placeProofOrder(context: RunContext): Promise<'released'> {
  const { change, guest, router, skus, story } = context;
  const { order, answer: wanted } = change.proof;
  const who = { authorization: `Bearer ${guest.token}`, 'x-customer-id': guest.id };
  const placed = await ask('the order', 201, wanted, `${router.url}/v1/orders`, {
    method: 'POST',
    headers: { ...who, 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
    body: JSON.stringify(order(skus[0] ?? '')),
  });
  const url = `${router.url}/v1/orders/${placed.id}`;
  const read = await ask('reading the order', 200, wanted, url, { headers: who });
  story.say(`order ${placed.id}: ${JSON.stringify(read.told)}, taken and read by ${read.release}`);
  return 'released';
}

async function ask(what: string, status: number, wanted: object, url: string, init: RequestInit) {
  const answer = await fetch(url, init);
  const body = await answer.text();
  if (answer.status !== status || !says(JSON.parse(body), wanted)) {
    throw new ProofOrderError(what, answer.status, body);
  }
  const order = JSON.parse(body) as { id: string } & Record<string, unknown>;
  const told = Object.fromEntries(Object.keys(wanted).map((name) => [name, order[name]]));
  return { id: order.id, told, release: answer.headers.get('x-release') };
}

/** Whether a value has everything that is wanted of it; it may have more. */
function says(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(value, wanted);
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map(Object.entries(value));
  return Object.entries(wanted).every(([name, part]) => says(fields.get(name), part));
}
