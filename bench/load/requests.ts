import { customerId, firstPayable, orderId, type Shop, sku } from '../world/shop.ts';

export const requestKinds = ['create', 'read', 'read-hot', 'pay', 'mixed'] as const;

/** What is asked for: each kind is the same requests, whoever answers them. */
export type RequestKind = (typeof requestKinds)[number];

export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RequestSource {
  readonly shop: Shop;
  readonly tokens: readonly string[];
  /** Begins every Idempotency-Key: a key that was sent before would get the first answer again. */
  readonly keyPrefix: string;
  /** Number of the first order that is to be paid, counted from `firstPayable`. */
  readonly payableFrom: number;
}

/** So few that a cache of 10 s holds them all under the slowest load that is worth measuring. */
const hotOrders = 1_000;
/** Coprime to any round number: steps through all orders before one comes again. */
const stride = 7_919;

type Make = (k: number, source: RequestSource) => BenchRequest;

function headersOf(source: RequestSource, customer: number): Record<string, string> {
  return {
    authorization: `Bearer ${source.tokens[customer]}`,
    // For the bare handler, which knows no tokens.
    'x-customer-id': customerId(customer),
  };
}

/** `name` makes the key another one where two kinds count from 0 in one load. */
function post(source: RequestSource, customer: number, name: string, path: string, body: object) {
  const headers = {
    ...headersOf(source, customer),
    'content-type': 'application/json',
    'idempotency-key': `${source.keyPrefix}-${name}`,
  };
  return { method: 'POST', path, headers, body: JSON.stringify(body) } as const;
}

function readOf(source: RequestSource, n: number): BenchRequest {
  const headers = headersOf(source, n % source.shop.customers);
  return { method: 'GET', path: `/v1/orders/${orderId(n)}`, headers };
}

const create: Make = (k, source) => {
  const { customers, products } = source.shop;
  const first = (k * stride) % products;
  const second = (first + 1 + (k % (products - 1))) % products;
  const items = [first, second].map((n) => ({ sku: sku(n), quantity: 1 }));
  return post(source, k % customers, `create-${k}`, '/v1/orders', { items });
};

const read: Make = (k, source) => readOf(source, 1 + ((k * stride) % source.shop.orders));

const readHot: Make = (k, source) =>
  readOf(source, 1 + ((k * stride) % Math.min(hotOrders, source.shop.orders)));

const pay: Make = (k, source) => {
  const n = firstPayable + source.payableFrom + k;
  const path = `/v1/orders/${orderId(n)}/payments`;
  return post(source, n % source.shop.customers, `pay-${k}`, path, { token: 'tok_visa' });
};

/** Of ten requests seven read, two create and one pays: a shop's day, for the memory's sake. */
const mixed: Make = (k, source) => {
  if (k % 10 === 0) return pay(k / 10, source);
  return k % 10 < 3 ? create(k, source) : read(k, source);
};

/** The k-th request of each kind, k from 0. */
export const makeRequest: Readonly<Record<RequestKind, Make>> = {
  create,
  read,
  'read-hot': readHot,
  pay,
  mixed,
};
