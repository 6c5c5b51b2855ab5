import { randomUUID } from 'node:crypto';
import type { Customer } from '../harness/customers.ts';
import { oneOf, type Random } from '../harness/random.ts';
import { reasonOf } from '../harness/reason.ts';
import type { Rotation } from './rotation.ts';
import { Schedule, type Sent } from './schedule.ts';
import type { Tally } from './tally.ts';

interface PlacedOrder {
  readonly id: string;
  readonly customer: Customer;
}

interface Request {
  readonly customer: Customer;
  readonly path: string;
  /** Absent: a GET. */
  readonly body?: object;
  readonly onAnswer?: (body: { id: string }) => void;
}

export interface LoadOptions {
  /** Requests a second. */
  readonly rate: number;
  readonly rotation: Rotation;
  readonly tally: Tally;
  readonly customers: readonly [Customer, ...Customer[]];
  readonly random: Random;
}

/** So many orders are remembered, to be read again. */
const remembered = 500;

/** Customers who place, pay and read orders. No request is ever sent twice. */
export class Load {
  readonly #options: LoadOptions;
  readonly #schedule: Schedule;
  readonly #underWay = new Set<Promise<void>>();
  readonly #unpaid: PlacedOrder[] = [];
  readonly #placed: PlacedOrder[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.rate, (intended) => {
      const done: Promise<void> = this.#send(intended).finally(() => this.#underWay.delete(done));
      this.#underWay.add(done);
    });
  }

  /** Sends nothing new, and waits for what is under way. */
  async stop(): Promise<Sent> {
    const sent = this.#schedule.stop();
    await Promise.all(this.#underWay);
    return sent;
  }

  async #send(intended: number): Promise<void> {
    const { rotation, tally } = this.#options;
    const { path, customer, body, onAnswer } = this.#choose();
    const member = rotation.next();
    try {
      const answer = await member.pool.request({
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${customer.token}`,
          ...(body !== undefined && {
            'content-type': 'application/json',
            'idempotency-key': randomUUID(),
          }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      // It takes its leave: a client that is told so opens no other connection there.
      if (answer.headers.connection === 'close') rotation.remove(member);
      const told = (await answer.body.json()) as { id: string; code?: string };
      if (answer.statusCode >= 300) return tally.failed(`${answer.statusCode} ${told.code}`);
      tally.succeeded(performance.now() - intended);
      onAnswer?.(told);
    } catch (error) {
      tally.failed(reasonOf(error));
    }
  }

  /** Two of five place an order, one pays one, two read one. */
  #choose(): Request {
    const chance = this.#options.random();
    if (chance < 0.2) return this.#pay() ?? this.#place();
    if (chance < 0.6) return this.#read() ?? this.#place();
    return this.#place();
  }

  #place(): Request {
    const { customers, random } = this.#options;
    const customer = oneOf(random, customers);
    const items = [{ sku: oneOf(random, ['sku-0', 'sku-2', 'sku-7']), quantity: 1 }];
    return {
      customer,
      path: '/v1/orders',
      body: { items },
      onAnswer: ({ id }) => {
        this.#unpaid.push({ id, customer });
        this.#placed.push({ id, customer });
        if (this.#placed.length > remembered) this.#placed.shift();
      },
    };
  }

  #pay(): Request | null {
    const order = this.#unpaid.shift();
    if (order === undefined) return null;
    const { id, customer } = order;
    return { customer, path: `/v1/orders/${id}/payments`, body: { token: 'tok_visa' } };
  }

  #read(): Request | null {
    const [first, ...others] = this.#placed;
    if (first === undefined) return null;
    const { id, customer } = oneOf(this.#options.random, [first, ...others]);
    return { customer, path: `/v1/orders/${id}` };
  }
}
