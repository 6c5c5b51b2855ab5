import { randomUUID } from 'node:crypto';
import type { RunContext } from './context.ts';

/** The order in yen was not taken: the change did not bring what it was made for. */
export class YenOrderError extends Error {
  constructor(status: number, body: string) {
    super(`the order in yen was answered ${status}: ${body}`);
    this.name = 'YenOrderError';
  }
}

/**
 * What the change was made for: an order in a currency without decimals, which the old columns
 * could not hold, through the router like any other.
 *
 * @throws {YenOrderError} when it is not taken.
 */
export async function placeYenOrder(context: RunContext): Promise<'released'> {
  const { guest } = context;
  const answer = await fetch(`${context.router.url}/v1/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${guest.token}`,
      'x-customer-id': guest.id,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ currency: 'JPY', items: [{ sku: context.skus[0], quantity: 3 }] }),
  });
  const body = await answer.text();
  if (answer.status !== 201) throw new YenOrderError(answer.status, body);
  const order = JSON.parse(body) as { id: string; total: string };
  context.story.say(
    `order ${order.id}: ${order.total} JPY, taken by ${answer.headers.get('x-release')}`,
  );
  return 'released';
}
