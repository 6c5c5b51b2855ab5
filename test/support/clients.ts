import { Pool } from 'undici';

/** Clients that keep their connections open and send one request after another. */
export interface Clients {
  /** How many requests were answered well so far. */
  answered(): number;
  /** What went wrong: a status from 400 on, or the failure of a request. */
  readonly failures: string[];
  /** Sends nothing new; resolves when everything that was sent has ended. */
  stop(): Promise<void>;
}

let keys = 0;

/** `count` clients that place orders and read the catalogue in turns, each on its connection. */
export function startClients(url: string, token: string, count: number): Clients {
  const pool = new Pool(url, { connections: count, pipelining: 1 });
  const failures: string[] = [];
  let answered = 0;
  let stopped = false;

  async function send(path: string, order: object | null): Promise<void> {
    try {
      const { statusCode, body } = await pool.request({
        path,
        method: order === null ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `client-${process.pid}-${++keys}`,
        },
        ...(order !== null && { body: JSON.stringify(order) }),
      });
      const text = await body.text();
      if (statusCode >= 400) failures.push(text);
      else answered += 1;
    } catch (error) {
      failures.push(String(error));
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      await send('/v1/orders', { items: [{ sku: 'pen', quantity: 1 }] });
      await send('/v1/products', null);
    }
  }

  const ended = Promise.all(Array.from({ length: count }, run));
  return {
    answered: () => answered,
    failures,
    async stop() {
      stopped = true;
      await ended;
      await pool.close();
    },
  };
}
