import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { FaultsError, parseFaults, registerFaults } from './faults.ts';

describe('parseFaults', () => {
  it.each([
    ['none', { paymentsFail: 0, exitWithoutDraining: false }],
    ['payments-fail=0.05', { paymentsFail: 0.05, exitWithoutDraining: false }],
    ['payments-fail=1', { paymentsFail: 1, exitWithoutDraining: false }],
    ['exit-without-draining', { paymentsFail: 0, exitWithoutDraining: true }],
    ['payments-fail=0.5, exit-without-draining', { paymentsFail: 0.5, exitWithoutDraining: true }],
  ])('reads "%s"', (given, faults) => {
    expect(parseFaults(given)).toEqual(faults);
  });

  it.each([
    '',
    'slow',
    'none,payments-fail=1',
    'payments-fail',
    'payments-fail=',
    'payments-fail=2',
    'payments-fail=-0.1',
    'payments-fail=half',
    'payments-fail=0.1=0.2',
    'exit-without-draining=1',
    'exit-without-draining,',
  ])('refuses "%s", and says what there is', (given) => {
    expect(() => parseFaults(given)).toThrow(FaultsError);
    expect(() => parseFaults(given)).toThrow(`FAULTS is "${given}"`);
    expect(() => parseFaults(given)).toThrow('payments-fail=<share from 0 to 1>');
  });
});

describe('registerFaults', () => {
  async function answersWith(faults: string): Promise<Record<string, number>> {
    const app = Fastify();
    registerFaults(app, parseFaults(faults));
    app.post('/v1/orders/:id/payments', async () => 'paid');
    app.get('/v1/orders/:id/payments', async () => 'read');
    app.post('/v1/orders', async () => 'placed');
    app.get('/readyz', async () => 'ready');
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

  it('does nothing unless it is told to', async () => {
    const answers = { pay: 200, payWithQuery: 200, read: 200, order: 200, ready: 200 };
    expect(await answersWith('none')).toEqual(answers);
    expect(await answersWith('exit-without-draining')).toEqual(answers);
    expect(await answersWith('payments-fail=0')).toEqual(answers);
  });

  it('fails payments and nothing else', async () => {
    expect(await answersWith('payments-fail=1')).toEqual({
      pay: 500,
      payWithQuery: 500,
      read: 200,
      order: 200,
      ready: 200,
    });
  });
});
