import { setTimeout as pause } from 'node:timers/promises';

/** What came of one request. */
export interface Outcome {
  readonly request: string;
  /** 0: no answer came, which `body` then tells about. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** Customers who shop one request after another, whatever they are answered. */
export interface Shoppers {
  readonly outcomes: readonly Outcome[];
  /** Ids of the orders that were acknowledged, and of those among them whose payment was. */
  readonly ordered: ReadonlySet<string>;
  readonly paid: ReadonlySet<string>;
  /** Sends nothing new; resolves when everything that was sent has ended. */
  stop(): Promise<void>;
}

/** Nobody waits longer for an answer; the service has to give one within this time. */
const patienceMs = 15_000;
/** Keeps the load small: what is shown is how requests end, not how many there can be. */
const thinkMs = 20;

let keys = 0;

/** `count` shoppers who order, look at the order, pay, and look at the order and the catalogue. */
export function startShoppers(url: string, token: string, count: number): Shoppers {
  const outcomes: Outcome[] = [];
  const ordered = new Set<string>();
  const paid = new Set<string>();
  let stopped = false;

  async function send(path: string, body?: object): Promise<Outcome> {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && {
        'content-type': 'application/json',
        'idempotency-key': `shopper-${process.pid}-${++keys}`,
      }),
    };
    const outcome = await fetch(url + path, {
      method,
      headers,
      signal: AbortSignal.timeout(patienceMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).then(
      async (answer) => ({
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        body: await answer.text(),
      }),
      (error: unknown) => ({ status: 0, retryAfter: null, body: String(error) }),
    );
    const sent = { request: `${method} ${path}`, ...outcome };
    outcomes.push(sent);
    await pause(thinkMs);
    return sent;
  }

  async function shop(): Promise<void> {
    const placed = await send('/v1/orders', { items: [{ sku: 'mug', quantity: 1 }] });
    if (placed.status === 201) {
      const { id } = JSON.parse(placed.body) as { id: string };
      ordered.add(id);
      await send(`/v1/orders/${id}`);
      const payment = await send(`/v1/orders/${id}/payments`, { token: 'tok_visa' });
      if (payment.status === 201) paid.add(id);
      await send(`/v1/orders/${id}`);
    }
    await send('/v1/orders?limit=5');
    await send('/v1/products/mug');
  }

  async function run(): Promise<void> {
    while (!stopped) await shop();
  }

  const ended = Promise.all(Array.from({ length: count }, run));
  return {
    outcomes,
    ordered,
    paid,
    async stop() {
      stopped = true;
      await ended;
    },
  };
}
