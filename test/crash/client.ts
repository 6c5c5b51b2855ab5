import { randomUUID } from 'node:crypto';
import { minorOf, toDecimal } from '../../src/platform/money.ts';
import type { Customer } from '../harness/customers.ts';
import { pause } from '../harness/interrupt.ts';
import { between, oneOf } from '../harness/random.ts';
import type { Reply } from './http.ts';
import { type Sender, sendAs } from './persist.ts';
import type { ClientKind, Item, Told, ToldOrder, ToldPayment } from './told.ts';

/** A request that was answered well, to be repeated at the end. */
export interface Finished {
  readonly customer: Customer;
  readonly path: string;
  readonly key: string;
  readonly body: object | undefined;
  readonly status: number;
  readonly text: string;
}

export interface ClientOptions {
  readonly kind: ClientKind;
  readonly customer: Customer;
  readonly sender: Sender;
  readonly skus: readonly [string, ...string[]];
  readonly told: Told;
  readonly stopped: () => boolean;
  readonly onFinished: (request: Finished) => void;
}

/** Longest that a customer thinks between two requests. */
const thinkMs = 150;
const currency = 'USD';

/** Card tokens: most cards are good ones, and the gateway fails in each of its ways. */
const cards = [
  ...Array.from({ length: 15 }, () => 'tok_visa'),
  ...['tok_declined', 'tok_declined', 'tok_drop', 'tok_flaky', 'tok_late'],
] as [string, ...string[]];

interface OnWire {
  readonly id: string;
  readonly status: string;
  readonly total: string;
  readonly items: readonly { sku: string; quantity: number; unitPrice: string }[];
}

/** A customer who places orders, reads them back, pays or cancels them, and gives some back. */
export async function runClient(options: ClientOptions): Promise<void> {
  const { sender, stopped } = options;
  const client = new Client(options);
  while (!stopped()) {
    await client.visit();
    await pause(sender.random() * thinkMs, sender.signal);
  }
}

class Client {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async visit(): Promise<void> {
    const { random } = this.#options.sender;
    const order = await this.#place();
    if (order === null) return;
    await this.#readBack(order);
    if (random() < 0.15) return this.#cancel(order);
    let payment = await this.#pay(order, oneOf(random, cards));
    if (payment?.status === 'declined') payment = await this.#pay(order, 'tok_visa');
    if (payment?.status !== 'captured' || random() > 0.3) return;
    const left = await this.#refund(payment, { total: decimal(Math.ceil(payment.minor / 3)) });
    if (left && random() < 0.5) await this.#refund(payment, {});
  }

  async #place(): Promise<ToldOrder | null> {
    const { told, customer, sender, skus } = this.#options;
    const { random } = sender;
    const items = Array.from({ length: between(random, 1, 3) }, () => ({
      sku: oneOf(random, skus),
      quantity: between(random, 1, 4),
    }));
    const done = await this.#post('/v1/orders', { items });
    if (done === null) return null;
    const { id, total, items: stored } = done.body;
    const lines = stored.map(itemOf);
    const order = { key: done.key, customerId: customer.id, id, minor: minor(total), items: lines };
    told.orders.push(order);
    return order;
  }

  /** What is read has the value that was acknowledged; its status may be older than it is. */
  async #readBack({ id, minor: expected }: ToldOrder): Promise<void> {
    const { kind, sender, customer, told } = this.#options;
    const reply = await sendAs(kind, sender, { customer, path: `/v1/orders/${id}` });
    if (reply === null || reply.status === 0 || reply.status >= 500) return;
    if (reply.status !== 200) {
      told.contradictions.push({ row: id, detail: `acknowledged, then read as ${reply.status}` });
      return;
    }
    const { total } = JSON.parse(reply.text) as OnWire;
    if (minor(total) === expected) return;
    told.contradictions.push({ row: id, detail: `told ${expected}, then read as ${total}` });
  }

  async #cancel({ id }: ToldOrder): Promise<void> {
    const done = await this.#post(`/v1/orders/${id}/cancel`, undefined);
    if (done !== null) this.#options.told.cancelled.push(id);
  }

  async #pay(order: ToldOrder, token: string): Promise<ToldPayment | null> {
    const done = await this.#post(`/v1/orders/${order.id}/payments`, { token });
    if (done === null) return null;
    const { id, status, total } = done.body;
    const payment = { id, orderId: order.id, status, minor: minor(total) };
    this.#options.told.payments.push(payment);
    return payment;
  }

  async #refund(payment: ToldPayment, body: object): Promise<boolean> {
    const done = await this.#post(`/v1/payments/${payment.id}/refunds`, body);
    if (done === null) return false;
    const { id, total } = done.body;
    this.#options.told.refunds.push({ id, paymentId: payment.id, minor: minor(total) });
    return true;
  }

  /** Null when it was refused, or nobody knows what became of it. */
  async #post(path: string, body: object | undefined) {
    const { kind, sender, customer, told, onFinished } = this.#options;
    const key = randomUUID();
    const reply = await sendAs(kind, sender, { customer, path, post: { key, body } });
    if (reply === null) told.unfinished.push(key);
    if (reply === null || !isGood(reply)) return null;
    const { status, text } = reply;
    if (kind === 'retry') onFinished({ customer, path, key, body, status, text });
    return { key, body: JSON.parse(text) as OnWire };
  }
}

const isGood = ({ status }: Reply): boolean => status === 200 || status === 201;

const itemOf = ({ sku, quantity, unitPrice }: OnWire['items'][number]): Item => ({
  sku,
  quantity,
  unitMinor: minor(unitPrice),
});

function minor(total: string): number {
  const value = minorOf(total, currency);
  if (value === null) throw new Error(`"${total}" is no amount of ${currency}`);
  return value;
}

const decimal = (value: number): string => toDecimal({ minor: value, currency });
