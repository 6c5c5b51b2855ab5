import { Type } from 'typebox';
import { contextOf } from '../context.ts';
import { hashRequest } from '../idempotency/keys.ts';
import { forgetOrder } from '../orders/read-orders.ts';
import type { Cache } from '../platform/cache.ts';
import {
  type App,
  answers,
  IdempotencyHeaders,
  IdParams,
  sendStored,
  storableText,
} from '../platform/http.ts';
import { MoneySchema } from '../platform/money.ts';
import { NotFoundProblem } from '../platform/problems.ts';
import { type PayDeps, pay } from './pay.ts';
import { findPayment } from './store.ts';
import { paymentOnWire } from './wire.ts';

export interface PaymentDeps extends PayDeps {
  readonly cache: Cache;
}

const NewPayment = Type.Object(
  { token: storableText(64, 'Card token.') },
  { additionalProperties: false },
);

const tags = ['payments'];

export function registerPayments(app: App, deps: PaymentDeps): void {
  const { pool, release, tracker } = deps;
  const Payment = Type.Object({
    id: Type.String(),
    orderId: Type.String(),
    status: Type.Enum(['pending', 'captured', 'declined']),
    total: Type.String(),
    ...(release.answersMinorUnits && { amount: MoneySchema }),
    createdAt: Type.String(),
  });

  app.post(
    '/v1/orders/:id/payments',
    {
      config: { scope: 'payments:write' },
      schema: {
        tags,
        summary: 'Pay an order',
        headers: IdempotencyHeaders,
        params: IdParams,
        body: NewPayment,
        response: answers(201, Payment, [401, 403, 404, 409, 413, 415, 422]),
      },
    },
    async (request, reply) => {
      const { customer, phase } = contextOf(request);
      const { id: orderId } = request.params;
      const ref = {
        customerId: customer.id,
        key: request.headers['idempotency-key'],
        requestHash: hashRequest('POST', `/v1/orders/${orderId}/payments`, request.body),
      };
      const answer = await pay(deps, { ref, phase, orderId, cardToken: request.body.token });
      await forgetOrder(deps.cache, orderId);
      return sendStored(reply, answer);
    },
  );

  app.get(
    '/v1/payments/:id',
    {
      config: { scope: 'orders:read' },
      schema: {
        tags,
        summary: 'Read one of your payments',
        params: IdParams,
        response: answers(200, Payment, [401, 403, 404]),
      },
    },
    async (request) => {
      const { customer, phase } = contextOf(request);
      const { id } = request.params;
      tracker.didRead(phase);
      const payment = await findPayment(pool, phase, id, customer.id);
      if (payment === null) throw new NotFoundProblem('payment', id);
      return paymentOnWire(payment, release);
    },
  );
}
