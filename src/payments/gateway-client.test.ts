import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../platform/metrics.ts';
import { type Gateway, GatewayUnavailableError } from './gateway.ts';
import { createGateway } from './gateway-client.ts';

const charge = {
  key: 'payment-1',
  orderId: 'order-1',
  amount: { minor: 1999, currency: 'USD' },
  cardToken: 'tok_visa',
};
const captured = { status: 201, body: '{"id":"ch_1","status":"captured"}' };

let answers: { status: number; body: string }[];
let asked: unknown[];
let server: Server;
let gateway: Gateway;

beforeEach(async () => {
  asked = [];
  server = createServer(async (request, response) => {
    const { url, headers } = request;
    asked.push({ url, key: headers['idempotency-key'], body: JSON.parse(await text(request)) });
    const { status, body } = answers.shift() ?? captured;
    response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  gateway = createGateway(`http://127.0.0.1:${port}/acquirer/`, 5_000, createMetrics('2.0'));
});
afterEach(async () => {
  await gateway.close();
  server.close();
});

describe('charge', () => {
  it('asks with the payment as its key, and tells what came of it', async () => {
    answers = [captured, { status: 201, body: '{"id":"ch_2","status":"declined"}' }];
    expect(await gateway.charge(charge)).toEqual({ status: 'captured', chargeId: 'ch_1' });
    expect(await gateway.charge(charge)).toEqual({ status: 'declined', chargeId: 'ch_2' });
    expect(asked[0]).toEqual({
      url: '/acquirer/v1/charges',
      key: 'payment-1',
      body: { reference: 'order-1', amountMinor: 1999, currency: 'USD', token: 'tok_visa' },
    });
  });

  it.each([400, 402, 422])('takes %i for a refusal, and does not ask again', async (status) => {
    answers = [{ status, body: '{}' }];
    expect(await gateway.charge(charge)).toEqual({ status: 'refused' });
    expect(asked).toHaveLength(1);
  });

  it.each([
    { status: 500, body: '{}' },
    { status: 502, body: '<html/>' },
    { status: 429, body: '{}' },
    { status: 401, body: '{}' },
    { status: 302, body: '{}' },
    { status: 200, body: '{"id":"ch_1","status":"unheard of"}' },
    { status: 200, body: '{"status":"captured"}' },
  ])('takes $status $body for no answer, and asks again with the same key', async (answer) => {
    answers = [answer];
    expect(await gateway.charge(charge)).toEqual({ status: 'captured', chargeId: 'ch_1' });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  it('gives up after three tries', async () => {
    answers = Array.from({ length: 3 }, () => ({ status: 503, body: '{}' }));
    await expect(gateway.charge(charge)).rejects.toThrow(GatewayUnavailableError);
    expect(asked).toHaveLength(3);
  });
});
