import type { Kind } from '../metrics/types.ts';
import { fieldsOf, isWrongOrder, isWrongPayment } from './checks.ts';
import { minorOf } from './money.ts';
import type { ToldOrder } from './told.ts';

/** One request and how to judge its answer. */
export interface Call {
  readonly kind: Kind;
  /** Index of the customer who sends it. */
  readonly customer: number;
  readonly path: string;
  /** With a body it is a POST, without one a GET. */
  readonly body?: object;
  /** The one status of success. */
  readonly success: 200 | 201;
  isWrong(answer: unknown): boolean;
  /** Runs on an answer with the status of success. */
  acknowledge?(answer: unknown): void;
}

export interface Item {
  readonly sku: string;
  readonly quantity: number;
}

/** Finds an order that is known from the seed or from an earlier answer. */
export type Known = (id: string) => ToldOrder | undefined;

export const readOrder = (order: ToldOrder): Call => ({
  kind: 'read-order',
  customer: order.customer,
  path: `/v1/orders/${order.id}`,
  success: 200,
  isWrong: (answer) => isWrongOrder(answer, order),
});

export const listOrders = (customer: number, known: Known): Call => ({
  kind: 'list-orders',
  customer,
  path: '/v1/orders?limit=20',
  success: 200,
  isWrong(answer) {
    const { orders } = fieldsOf(answer);
    if (!Array.isArray(orders)) return true;
    return orders.some((order) => {
      const expected = known(String(fieldsOf(order).id));
      return isWrongOrder(order, expected) || (expected ?? { customer }).customer !== customer;
    });
  },
});

export const readProduct = (customer: number, sku: string): Call => ({
  kind: 'read-product',
  customer,
  path: `/v1/products/${encodeURIComponent(sku)}`,
  success: 200,
  isWrong: (answer) => fieldsOf(answer).sku !== sku,
});

export const createOrder = (
  customer: number,
  { items, address }: { items: readonly Item[]; address: string },
  told: (order: ToldOrder) => void,
): Call => ({
  kind: 'create-order',
  customer,
  path: '/v1/orders',
  body: { items, ...(address !== '' && { shippingAddress: address }) },
  success: 201,
  isWrong: (answer) => isWrongOrder(answer, { address }),
  acknowledge(answer) {
    const { id, total } = fieldsOf(answer);
    const minor = minorOf(total);
    if (typeof id === 'string' && minor !== null) told({ id, customer, minor, address });
  },
});

export const payOrder = (order: ToldOrder, told: (id: string, minor: number) => void): Call => ({
  kind: 'pay-order',
  customer: order.customer,
  path: `/v1/orders/${order.id}/payments`,
  body: { token: 'tok_visa' },
  success: 201,
  isWrong: (answer) => isWrongPayment(answer, order),
  acknowledge(answer) {
    const { id, status, total } = fieldsOf(answer);
    const minor = minorOf(total);
    if (typeof id === 'string' && status === 'captured' && minor !== null) told(id, minor);
  },
});
