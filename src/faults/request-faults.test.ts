import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Flags } from '../platform/flags/flags.ts';
import { parseFaults } from './faults.ts';
import { registerRequestFaults } from './request-faults.ts';

/** The flag is on for one customer. */
const flags: Flags = {
  notReady: () => null,
  isEnabled: (name, customer) => name === 'new.way' && customer === 'in',
  isOn: () => true,
  close() {},
};

async function shop(faults: string, customer = 'in') {
  const app = Fastify();
  app.decorateRequest('context', null);
  app.addHook('onRequest', async (request) => {
    request.context = { customer: { id: customer, scopes: new Set() }, phases: {} } as never;
  });
  registerRequestFaults(app, parseFaults(faults), flags);
  app.post('/v1/orders/:id/payments', async () => 'paid');
  app.get('/v1/orders/:id/payments', async () => 'read');
  app.get('/v1/orders/:id', async () => 'read');
  app.post('/v1/orders', async () => 'placed');
  app.get('/readyz', async () => 'ready');
  return app;
}

async function answersWith(faults: string, customer?: string): Promise<Record<string, number>> {
  const app = await shop(faults, customer);
  const status = async (method: 'GET' | 'POST', url: string) =>
    (await app.inject({ method, url })).statusCode;
  return {
    pay: await status('POST', '/v1/orders/1/payments'),
    payWithQuery: await status('POST', '/v1/orders/1/payments?x=1'),
    read: await status('GET', '/v1/orders/1/payments'),
    order: await status('POST', '/v1/orders'),
    ready: await status('GET', '/readyz'),
  };
}

const good = { pay: 200, payWithQuery: 200, read: 200, order: 200, ready: 200 };
const unpaid = { ...good, pay: 500, payWithQuery: 500 };

describe('payments that fail', () => {
  it.each(['none', 'exit-without-draining', 'payments-fail=0', 'money-through-float'])(
    'do not with %s',
    async (faults) => {
      expect(await answersWith(faults)).toEqual(good);
    },
  );

  it('fail, and nothing else does', async () => {
    expect(await answersWith('payments-fail=1')).toEqual(unpaid);
  });

  it('fail for those who have the flag on', async () => {
    expect(await answersWith('payments-fail=1@new.way', 'in')).toEqual(unpaid);
    expect(await answersWith('payments-fail=1@new.way', 'out')).toEqual(good);
    expect(await answersWith('payments-fail=1@other', 'in')).toEqual(good);
  });
});

describe('reads that are slow', () => {
  /** In what order two requests are answered that were sent one after the other. */
  async function order(faults: string, first: string): Promise<string[]> {
    const app = await shop(faults);
    const answered: string[] = [];
    const ask = async (url: string) => {
      await app.inject({ url });
      answered.push(url);
    };
    await Promise.all([ask(first), ask('/v1/orders/2/payments')]);
    return answered;
  }

  it('come after what was asked for later', async () => {
    const slow = await order('order-reads-slow=1:50', '/v1/orders/1');
    expect(slow).toEqual(['/v1/orders/2/payments', '/v1/orders/1']);
  });

  it('are reads of one order alone', async () => {
    expect(await order('order-reads-slow=1:50', '/readyz')).toEqual([
      '/readyz',
      '/v1/orders/2/payments',
    ]);
  });
});
