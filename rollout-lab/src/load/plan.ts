import { epochMs } from '../metrics/clock.ts';
import type { Kind } from '../metrics/types.ts';
import {
  type Call,
  createOrder,
  type Item,
  listOrders,
  payOrder,
  readOrder,
  readProduct,
} from './calls.ts';
import { kindOf } from './mix.ts';
import { CURRENCY } from './money.ts';
import { indexBelow, type Random, randomOf } from './random.ts';
import { addressOf, customerOf, orderId, seededIndex, totalMinor } from './seeded-orders.ts';
import { Told, type ToldOrder } from './told.ts';
import type { ToldFile } from './told-file.ts';
import type { LoadConfig } from './types.ts';

const MAX_QUANTITY = 3;
const differentAddresses = 1_000_000;

/**
 * Decides what request k is. The kind, the customer and every other choice come from the seed and
 * k; only which of the load's own orders are there to be read or paid depends on the answers.
 */
export class Plan {
  readonly #config: LoadConfig;
  readonly #file: Pick<ToldFile, 'add'>;
  readonly #told = new Told();

  constructor(config: LoadConfig, file: Pick<ToldFile, 'add'>) {
    this.#config = config;
    this.#file = file;
  }

  call(k: number): Call {
    const { seed, customers } = this.#config;
    const random = randomOf(seed, k);
    const kind = kindOf(random());
    return this.#makers[kind](indexBelow(random, customers.length), random);
  }

  readonly #makers: Record<Kind, (customer: number, random: Random) => Call> = {
    'read-order': (customer, random) => this.#readOrder(customer, random),
    'list-orders': (customer) => listOrders(customer, this.#known),
    'read-product': (customer, random) => readProduct(customer, this.#sku(random)),
    'create-order': (customer, random) => this.#createOrder(customer, random),
    'pay-order': (customer, random) => this.#payOrder(customer, random),
  };

  /** Half of the reads go to seeded orders, half to recent ones; without any it lists instead. */
  #readOrder(customer: number, random: Random): Call {
    const { count } = this.#config.seeded;
    const wantsSeeded = random() < 0.5;
    const u = random();
    const seeded = count > 0 ? this.#seeded(1 + Math.floor(u * count)) : undefined;
    const recent = this.#told.pick(u);
    const order = wantsSeeded ? (seeded ?? recent) : (recent ?? seeded);
    return order ? readOrder(order) : listOrders(customer, this.#known);
  }

  #createOrder(customer: number, random: Random): Call {
    const first: Item = { sku: this.#sku(random), quantity: 1 + indexBelow(random, MAX_QUANTITY) };
    const second: Item = { sku: this.#sku(random), quantity: 1 };
    const items = random() < 0.5 || first.sku === second.sku ? [first] : [first, second];
    const address = addressOf(indexBelow(random, differentAddresses));
    return createOrder(customer, { items, address }, (order) => this.#toldOrder(order));
  }

  /** Pays the order that waited longest; without any it creates one. */
  #payOrder(customer: number, random: Random): Call {
    const order = this.#told.takeUnpaid();
    if (!order) return this.#createOrder(customer, random);
    return payOrder(order, (id, minor) => {
      const at = epochMs();
      this.#file.add({ kind: 'payment', id, orderId: order.id, minor, currency: CURRENCY, at });
    });
  }

  #toldOrder(order: ToldOrder): void {
    const { id, minor, address } = order;
    const customer = this.#config.customers[order.customer]?.id ?? '';
    this.#told.add(order);
    const at = epochMs();
    this.#file.add({ kind: 'order', id, customer, minor, currency: CURRENCY, address, at });
  }

  #sku(random: Random): string {
    const { skus } = this.#config;
    return skus[indexBelow(random, skus.length)] ?? '';
  }

  #seeded(i: number): ToldOrder {
    const customer = customerOf(i, this.#config.seeded.customers);
    return { id: orderId(i), customer, minor: totalMinor(i), address: addressOf(i) };
  }

  readonly #known = (id: string): ToldOrder | undefined => {
    const i = seededIndex(id, this.#config.seeded);
    return i === null ? this.#told.find(id) : this.#seeded(i);
  };
}
