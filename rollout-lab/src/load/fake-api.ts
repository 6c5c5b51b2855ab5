import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { addressOf, orderId, totalMinor } from './seeded-orders.ts';

/** What a test may do to one answer. */
export interface Tampering {
  status?: number;
  /** Replaces fields of the answer. */
  fields?: object;
  /** The answer waits for it. */
  until?: Promise<unknown>;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

type Items = Array<{ quantity: number }>;

interface Body {
  readonly items?: Items;
  readonly shippingAddress?: string;
}

/** For tests: the shop's API with orders in memory, and a hook that spoils answers. */
export class FakeApi {
  readonly seen: Seen[] = [];
  /** Off: any number of requests takes the same memory. */
  keepsSeen = true;
  #answered = 0;
  readonly totals = new Map<string, string>();
  readonly addresses = new Map<string, string>();
  tamper: (seen: Seen) => Tampering = () => ({});
  readonly #server = createServer((request, response) => this.#answer(request, response));

  constructor(seeded = 0) {
    for (let i = 1; i <= seeded; i++) {
      this.totals.set(orderId(i), decimal(totalMinor(i)));
      this.addresses.set(orderId(i), addressOf(i));
    }
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === 'POST' ? await json(request) : undefined;
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
    };
    this.#answered++;
    if (this.keepsSeen) this.seen.push(seen);
    const { status, fields, until } = this.tamper(seen);
    const answer = this.#content(seen.path, body as Body);
    await until;
    response.writeHead(status ?? (body ? 201 : 200), { 'x-release': '1.0', 'x-replica': 'a' });
    response.end(JSON.stringify({ ...answer, ...fields }));
  }

  #content(path: string, body?: Body): object {
    const [, , resource, last = ''] = path.split(/[/?]/);
    if (resource === 'products') return { sku: decodeURIComponent(last) };
    if (path.endsWith('/payments')) {
      const payment = { id: `pay-${this.#answered}`, orderId: last, status: 'captured' };
      return { ...payment, total: this.totals.get(last) };
    }
    if (body?.items) return this.#create(body.items, body.shippingAddress);
    if (path.includes('?')) return { orders: [], next: null };
    return { id: last, total: this.totals.get(last), ...this.#address(last) };
  }

  #address(id: string): object {
    const address = this.addresses.get(id) ?? '';
    return address === '' ? {} : { shippingAddress: address };
  }

  #create(items: Items, address = ''): object {
    const id = `order-${this.#answered}`;
    const lines = items.map((item) => ({ ...item, unitPrice: '1.15' }));
    const minor = items.reduce((sum, { quantity }) => sum + 115 * quantity, 0);
    this.totals.set(id, decimal(minor));
    this.addresses.set(id, address);
    return { id, status: 'created', total: decimal(minor), items: lines, ...this.#address(id) };
  }
}

export const decimal = (minor: number): string =>
  `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
