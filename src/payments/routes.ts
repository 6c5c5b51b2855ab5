import { contextOf } from '../context.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { type App, IdempotencyHeaders, IdParams, sendStored } from '../platform/http/http.ts';
import { NotFoundProblem } from '../platform/http/problems.ts';
import { type PayDeps, pay } from './pay.ts';
import { refundPayment } from './refund-payment.ts';
import { paymentSchemas } from './schemas.ts';
import { findPayment, paymentChanges } from './store.ts';
import { paymentOnWire } from './wire.ts';

const tags = ['payments'];

export function registerPayments(app: App, deps: PayDeps): void {
  const { database, release, tracker } = deps;
  const { Payment, NewPayment, Refund, NewRefund } = paymentSchemas(release);

  app.post(
    '/v1/orders/:id/payments',
    {
      config: {
        scope: 'payments:write',
        problems: [
          'order-not-found',
          'payment-not-found',
          'order-not-payable',
          'card-token-refused',
          'payment-pending',
          'gateway-unavailable',
        ],
      },
      schema: {
        operationId: 'payOrder',
        tags,
        summary: 'Pay an order',
        headers: IdempotencyHeaders,
        params: IdParams,
        body: NewPayment,
        response: { 201: Payment },
      },
    },
    async (request, reply) => {
      const { customer, phases } = contextOf(request);
      const { id: orderId } = request.params;
      const ref = {
        customerId: customer.id,
        key: request.headers['idempotency-key'],
        requestHash: hashRequest('POST', `/v1/orders/${orderId}/payments`, request.body),
      };
      const { token: cardToken } = request.body;
      const wanted = { ref, phases, requestId: request.id, orderId, cardToken };
      return sendStored(reply, await pay(deps, wanted));
    },
  );

  app.get(
    '/v1/payments/:id',
    {
      config: { scope: 'orders:read', problems: ['payment-not-found'] },
      schema: {
        operationId: 'readPayment',
        tags,
        summary: 'Read one of your payments',
        params: IdParams,
        response: { 200: Payment },
      },
    },
    async (request) => {
      const { customer, phases } = contextOf(request);
      const { id } = request.params;
      tracker.didRead(phases, paymentChanges);
      const payment = await findPayment(database, phases, id, customer.id);
      if (payment === null) throw new NotFoundProblem('payment', id);
      return paymentOnWire(payment, release);
    },
  );

  app.post(
    '/v1/payments/:id/refunds',
    {
      config: {
        scope: 'payments:write',
        problems: [
          'payment-not-found',
          'refund-not-found',
          'payment-not-refundable',
          'refund-amount-invalid',
          'refund-too-large',
          'refund-refused',
          'refund-pending',
          'gateway-unavailable',
        ],
      },
      schema: {
        operationId: 'refundPayment',
        tags,
        summary: 'Give money of a payment back',
        headers: IdempotencyHeaders,
        params: IdParams,
        body: NewRefund,
        response: { 201: Refund },
      },
    },
    async (request, reply) => {
      const { customer, phases } = contextOf(request);
      const { id: paymentId } = request.params;
      const ref = {
        customerId: customer.id,
        key: request.headers['idempotency-key'],
        requestHash: hashRequest('POST', `/v1/payments/${paymentId}/refunds`, request.body),
      };
      const wanted = { ref, phases, requestId: request.id, paymentId, wanted: request.body };
      return sendStored(reply, await refundPayment(deps, wanted));
    },
  );
}
