import { setTimeout as pause } from 'node:timers/promises';

/** Customers who use every route, one request after another, wherever they are sent. */
export interface Customers {
  /** What was not answered as it should have been. */
  readonly failures: readonly string[];
  /** How many requests were answered well, by release. */
  readonly answered: ReadonlyMap<string, number>;
  /** What was acknowledged last of each order: its status. */
  readonly orders: ReadonlyMap<string, string>;
  /** Sends nothing new; resolves when everything that was sent has ended. */
  stop(): Promise<void>;
}

/** Keeps the load small: what is shown is how requests end, not how many there can be. */
const thinkMs = 10;
const price = '19.99';

/**
 * `count` customers who place, read, list, pay, refund and cancel orders of one mug.
 *
 * @param nextUrl asked before each request where to send it.
 */
export function startCustomers(nextUrl: () => string, token: string, count: number): Customers {
  const failures: string[] = [];
  const answered = new Map<string, number>();
  const orders = new Map<string, string>();
  let stopped = false;

  /** The body of an answer with the status that it has to have. */
  async function send(expected: number, path: string, body?: object): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    };
    const post = body !== undefined && { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(nextUrl() + path, { headers, ...post });
    const text = await answer.text();
    if (answer.status !== expected) throw new Error(`${path}: ${answer.status} ${text}`);
    const release = answer.headers.get('x-release') ?? '';
    answered.set(release, (answered.get(release) ?? 0) + 1);
    await pause(thinkMs);
    return JSON.parse(text);
  }

  async function readOrder(id: string, status: string): Promise<void> {
    const order = (await send(200, `/v1/orders/${id}`)) as { total: string; status: string };
    if (order.total !== price || order.status !== status) {
      throw new Error(`order ${id}: ${order.total}, ${order.status}, expected ${status}`);
    }
  }

  async function place(): Promise<string> {
    const order = { items: [{ sku: 'mug', quantity: 1 }] };
    const { id } = (await send(201, '/v1/orders', order)) as { id: string };
    orders.set(id, 'placed');
    await readOrder(id, 'placed');
    return id;
  }

  async function shop(): Promise<void> {
    const bought = await place();
    const card = { token: 'tok_visa' };
    const payment = (await send(201, `/v1/orders/${bought}/payments`, card)) as { id: string };
    orders.set(bought, 'paid');
    await readOrder(bought, 'paid');
    await send(201, `/v1/payments/${payment.id}/refunds`, { total: '5.00' });
    const unwanted = await place();
    await send(200, `/v1/orders/${unwanted}/cancel`, {});
    orders.set(unwanted, 'cancelled');
    await readOrder(unwanted, 'cancelled');
    await send(200, '/v1/orders?limit=5');
    await send(200, '/v1/products/mug');
  }

  async function run(): Promise<void> {
    while (!stopped) {
      await shop().catch((error: unknown) => {
        failures.push(String(error));
        stopped = failures.length > 20; // broken for good: what is known by then is enough
      });
    }
  }

  const ended = Promise.all(Array.from({ length: count }, run));
  return {
    failures,
    answered,
    orders,
    async stop() {
      stopped = true;
      await ended;
    },
  };
}
