import fc from 'fast-check';
import { expect } from 'vitest';
import { minorOf, toDecimal } from '../../src/platform/money.ts';
import { type Item, type Model, pick, type Real, totalOf, unitMinor, wantedOf } from './model.ts';

export type Command = fc.AsyncCommand<Model, Real>;

/** Where a request goes, and whether it is sent to two replicas at the same time. */
interface Way {
  readonly replica: number;
  readonly twice: boolean;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly body: {
    id: string;
    code?: string;
    total: string;
    refunded?: string;
    status: string;
    shippingAddress?: string;
  };
}

let keys = 0;

/**
 * Sends a POST with a key of its own. Sent twice at once it must be answered alike, or the second
 * time be told that the first is in progress. Good answers are kept to be asked for again.
 */
async function post(
  model: Model,
  real: Real,
  way: Way,
  path: string,
  body: object,
): Promise<Reply> {
  const key = `property-${process.pid}-${++keys}`;
  const send = async (n: number): Promise<Reply> => {
    const replica = pick(real.replicas, n);
    if (replica === undefined) throw new Error('there are no replicas');
    return (await replica.as(real.customer)).post(path, body, key);
  };
  const replies = await Promise.all(
    way.twice ? [send(way.replica), send(way.replica + 1)] : [send(way.replica)],
  );
  const told = replies.filter((reply) => reply.body.code !== 'request-in-progress');
  const [first] = told;
  if (first === undefined) throw new Error('both were told to wait for each other');
  if (first.status < 300) {
    for (const reply of told) expect(reply.text).toBe(first.text);
    model.answered.push({ path, body, key, status: first.status, text: first.text });
  }
  return first;
}

class Create implements Command {
  readonly way: Way;
  readonly items: readonly Item[];
  /** '' for none. */
  readonly address: string;

  constructor(way: Way, items: readonly Item[], address: string) {
    this.way = way;
    this.items = items;
    this.address = address;
  }

  check = () => true;

  async run(model: Model, real: Real): Promise<void> {
    const { items, address } = this;
    const wanted = wantedOf(items);
    const enough = [...wanted].every(([sku, quantity]) => (model.stock.get(sku) ?? 0) >= quantity);
    const reply = await post(model, real, this.way, '/v1/orders', {
      items,
      ...(address !== '' && { shippingAddress: address }),
    });
    expect(reply.status).toBe(enough ? 201 : 409);
    if (!enough) return;
    expect(reply.body.shippingAddress ?? '').toBe(address);
    const totalMinor = totalOf(items);
    expect(minorOf(reply.body.total, 'USD')).toBe(totalMinor);
    for (const [sku, quantity] of wanted) {
      model.stock.set(sku, (model.stock.get(sku) ?? 0) - quantity);
    }
    model.orders.push({ id: reply.body.id, totalMinor, items, address, status: 'placed' });
  }

  toString = () =>
    `create(${JSON.stringify([this.items, this.address])}, ${JSON.stringify(this.way)})`;
}

class Pay implements Command {
  readonly way: Way;
  readonly order: number;
  readonly token: string;

  constructor(way: Way, order: number, token: string) {
    this.way = way;
    this.order = order;
    this.token = token;
  }

  check = (model: Readonly<Model>) => model.orders.length > 0;

  async run(model: Model, real: Real): Promise<void> {
    const order = pick(model.orders, this.order);
    if (order === undefined) return;
    const path = `/v1/orders/${order.id}/payments`;
    const reply = await post(model, real, this.way, path, { token: this.token });
    expect(reply.status).toBe(order.status === 'placed' ? 201 : 409);
    if (reply.status !== 201) return;
    const captured = this.token === 'tok_visa';
    expect(reply.body.status).toBe(captured ? 'captured' : 'declined');
    expect(minorOf(reply.body.total, 'USD')).toBe(order.totalMinor);
    if (captured) order.status = 'paid';
    model.payments.push({ id: reply.body.id, order, captured, refundedMinor: 0 });
  }

  toString = () => `pay(${this.order}, ${this.token}, ${JSON.stringify(this.way)})`;
}

class Refund implements Command {
  readonly way: Way;
  readonly payment: number;
  /** In minor units; null: all that is left. */
  readonly minor: number | null;

  constructor(way: Way, payment: number, minor: number | null) {
    this.way = way;
    this.payment = payment;
    this.minor = minor;
  }

  check = (model: Readonly<Model>) => model.payments.length > 0;

  async run(model: Model, real: Real): Promise<void> {
    const payment = pick(model.payments, this.payment);
    if (payment === undefined) return;
    const left = payment.captured ? payment.order.totalMinor - payment.refundedMinor : 0;
    const minor = this.minor ?? left;
    const body = this.minor === null ? {} : { total: toDecimal({ minor, currency: 'USD' }) };
    const reply = await post(model, real, this.way, `/v1/payments/${payment.id}/refunds`, body);
    if (left === 0) expect(reply.status).toBe(409);
    else expect(reply.status).toBe(minor > left ? 422 : 201);
    if (reply.status !== 201) return;
    expect(minorOf(reply.body.total, 'USD')).toBe(minor);
    payment.refundedMinor += minor;
  }

  toString = () => `refund(${this.payment}, ${this.minor}, ${JSON.stringify(this.way)})`;
}

class Cancel implements Command {
  readonly way: Way;
  readonly order: number;

  constructor(way: Way, order: number) {
    this.way = way;
    this.order = order;
  }

  check = (model: Readonly<Model>) => model.orders.length > 0;

  async run(model: Model, real: Real): Promise<void> {
    const order = pick(model.orders, this.order);
    if (order === undefined) return;
    const reply = await post(model, real, this.way, `/v1/orders/${order.id}/cancel`, {});
    expect(reply.status).toBe(order.status === 'placed' ? 200 : 409);
    if (order.status !== 'placed') return;
    order.status = 'cancelled';
    for (const [sku, quantity] of wantedOf(order.items)) {
      model.stock.set(sku, (model.stock.get(sku) ?? 0) + quantity);
    }
  }

  toString = () => `cancel(${this.order}, ${JSON.stringify(this.way)})`;
}

class Retry implements Command {
  readonly replica: number;
  readonly request: number;

  constructor(replica: number, request: number) {
    this.replica = replica;
    this.request = request;
  }

  check = (model: Readonly<Model>) => model.answered.length > 0;

  async run(model: Model, real: Real): Promise<void> {
    const before = pick(model.answered, this.request);
    const replica = pick(real.replicas, this.replica);
    if (before === undefined || replica === undefined) return;
    const client = await replica.as(real.customer);
    const again = await client.post(before.path, before.body, before.key);
    expect(again.status).toBe(before.status);
    expect(again.text).toBe(before.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
  }

  toString = () => `retry(${this.request}, on ${this.replica})`;
}

const way = fc.record({ replica: fc.nat(1), twice: fc.boolean() });
const item = fc.record({
  sku: fc.constantFrom(...Object.keys(unitMinor)),
  quantity: fc.integer({ min: 1, max: 3 }),
});
const items = fc.array(item, { minLength: 1, maxLength: 4 });
const part = (maxLength: number) =>
  fc
    .string({ unit: 'binary', minLength: 1, maxLength })
    .map((text) => text.replaceAll(/[,\p{Cc}]/gu, '-'));
const country = fc.constantFrom('GB', 'DE', 'JP');
const written = fc.tuple(part(100), part(16), part(100), country).map((parts) => parts.join(', '));
const address = fc.oneof(fc.constant(''), written);
const card = fc.constantFrom('tok_visa', 'tok_visa', 'tok_declined');
const share = fc.option(fc.integer({ min: 1, max: 6000 }));

/** Random sequences of everything that a customer can do with orders and money. */
export const sequences = fc.commands<Model, Real, false>(
  [
    fc.tuple(way, items, address).map((args) => new Create(...args)),
    fc.tuple(way, fc.nat(50), card).map((args) => new Pay(...args)),
    fc.tuple(way, fc.nat(50), share).map((args) => new Refund(...args)),
    fc.tuple(way, fc.nat(50)).map((args) => new Cancel(...args)),
    fc.tuple(fc.nat(1), fc.nat(50)).map((args) => new Retry(...args)),
  ],
  { maxCommands: 30, size: 'max' },
);
