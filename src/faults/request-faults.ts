import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Flags } from '../platform/flags/flags.ts';
import type { Faults, Sometimes } from './faults.ts';

/** Whether a fault comes to this request; a customer's flag counts once it is known whose it is. */
function strikes(fault: Sometimes, flags: Flags, { context }: FastifyRequest): boolean {
  if (fault.flag !== null && !flags.isEnabled(fault.flag, context?.customer.id)) return false;
  return Math.random() < fault.share;
}

/** Has requests fail or wait. To be registered after what tells whose request it is. */
export function registerRequestFaults(app: FastifyInstance, faults: Faults, flags: Flags): void {
  const { paymentsFail, orderReadsSlow } = faults;
  if (paymentsFail !== null) {
    app.addHook('onRequest', async (request) => {
      const { url: route = '' } = request.routeOptions;
      const isPayment = request.method === 'POST' && route.endsWith('/payments');
      if (isPayment && strikes(paymentsFail, flags, request)) {
        throw new Error('injected: payments-fail');
      }
    });
  }
  if (orderReadsSlow !== null) {
    app.addHook('onRequest', async (request) => {
      const { method, routeOptions } = request;
      const isRead = method === 'GET' && routeOptions.url === '/v1/orders/:id';
      if (isRead && strikes(orderReadsSlow, flags, request)) await sleep(orderReadsSlow.ms);
    });
  }
}
