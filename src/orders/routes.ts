import type { Tracker } from '../changes/changes.ts';
import { impliedCurrency } from '../changes/minor-units/change.ts';
import { contextOf } from '../context.ts';
import { answerOnce, type OnceDeps } from '../idempotency/once.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { type App, IdempotencyHeaders, IdParams, sendStored } from '../platform/http/http.ts';
import type { Release } from '../releases.ts';
import { shipToOf } from './address.ts';
import { cancelOrder } from './cancel-order.ts';
import { createOrder } from './create-order.ts';
import { forgetOrder, readOrder, readOrders } from './read-orders.ts';
import { cursorAfter, limitOf, orderOfCursor, orderSchemas, PageQuery } from './schemas.ts';
import { orderChanges } from './store.ts';
import { orderOnWire } from './wire.ts';

export interface OrderDeps extends OnceDeps {
  readonly cache: Cache;
  readonly release: Release;
  readonly tracker: Tracker;
}

const tags = ['orders'];

export function registerOrders(app: App, deps: OrderDeps): void {
  const { release, tracker } = deps;
  const { Order, NewOrder, Page } = orderSchemas(release);

  app.post(
    '/v1/orders',
    {
      config: {
        scope: 'orders:write',
        problems: ['out-of-stock', 'unknown-sku', 'total-too-large'],
      },
      schema: {
        operationId: 'placeOrder',
        tags,
        summary: 'Place an order',
        headers: IdempotencyHeaders,
        body: NewOrder,
        response: { 201: Order },
      },
    },
    async (request, reply) => {
      const { customer, phases } = contextOf(request);
      const { items, currency = impliedCurrency } = request.body;
      const shipTo = shipToOf(request.body);
      const ref = {
        customerId: customer.id,
        key: request.headers['idempotency-key'],
        requestHash: hashRequest('POST', '/v1/orders', request.body),
      };
      const wanted = { ref, phases, items, currency, shipTo };
      return sendStored(reply, await createOrder(deps, wanted));
    },
  );

  app.get(
    '/v1/orders/:id',
    {
      config: { scope: 'orders:read', problems: ['order-not-found'] },
      schema: {
        operationId: 'readOrder',
        tags,
        summary: 'Read one of your orders',
        params: IdParams,
        response: { 200: Order },
      },
    },
    async (request) => {
      const { customer, phases } = contextOf(request);
      const order = await readOrder(deps, { customerId: customer.id, phases }, request.params.id);
      return orderOnWire(order, release);
    },
  );

  app.get(
    '/v1/orders',
    {
      config: { scope: 'orders:read' },
      schema: {
        operationId: 'listOrders',
        tags,
        summary: 'List your orders, newest first',
        querystring: PageQuery,
        response: { 200: Page },
      },
    },
    async (request) => {
      const { customer, phases } = contextOf(request);
      const { cursor } = request.query;
      const before = cursor === undefined ? null : orderOfCursor(cursor);
      const reader = { customerId: customer.id, phases };
      const page = await readOrders(deps, reader, { before, limit: limitOf(request.query) });
      return {
        orders: page.orders.map((order) => orderOnWire(order, release)),
        next: page.next === null ? null : cursorAfter(page.next),
      };
    },
  );

  app.post(
    '/v1/orders/:id/cancel',
    {
      config: { scope: 'orders:write', problems: ['order-not-found', 'order-not-cancellable'] },
      schema: {
        operationId: 'cancelOrder',
        tags,
        summary: 'Cancel an order that is not paid',
        headers: IdempotencyHeaders,
        params: IdParams,
        response: { 200: Order },
      },
    },
    async (request, reply) => {
      const { customer, phases } = contextOf(request);
      const { id } = request.params;
      const ref = {
        customerId: customer.id,
        key: request.headers['idempotency-key'],
        requestHash: hashRequest('POST', `/v1/orders/${id}/cancel`, request.body),
      };
      const answer = await answerOnce(deps, ref, async (tx) => {
        tracker.didRead(phases, orderChanges);
        const order = await cancelOrder(tx, phases, customer, id);
        return { status: 200, body: JSON.stringify(orderOnWire(order, release)) };
      });
      await forgetOrder(deps.cache, id);
      return sendStored(reply, answer);
    },
  );
}
