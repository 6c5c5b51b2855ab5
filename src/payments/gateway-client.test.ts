import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { type Gateway, GatewayUnavailableError } from './gateway.ts';
import { createGateway } from './gateway-client.ts';

const charge = {
  key: 'payment-1',
  orderId: 'order-1',
  amount: { minor: 1999, currency: 'USD' },
  cardToken: 'tok_visa',
};
const refund = {
  key: 'refund-1',
  chargeId: 'ch_1',
  amount: { minor: 500, currency: 'USD' },
  requestId: 'request-1',
};

interface Asked {
  readonly url: string | undefined;
  readonly key: string | string[] | undefined;
  readonly requestId: string | string[] | undefined;
  readonly body: Record<string, unknown>;
}
type Reaction = (response: ServerResponse, asked: Asked) => void;

/** Answers with what it was asked, as the gateway does, and with `more`. */
const tell =
  (status: number, more: object): Reaction =>
  (response, { key, body }) => {
    const { token: _, ...echo } = body;
    response.writeHead(status).end(JSON.stringify({ key, ...echo, ...more }));
  };
const captured = tell(201, { id: 'ch_1', status: 'captured' });
const raw =
  (status: number, body: string): Reaction =>
  (response) => {
    response.writeHead(status).end(body);
  };

let reactions: Reaction[];
let asked: Asked[];
let server: Server;
let url: string;
let metrics: Metrics;
let gateway: Gateway;

/** The breaker is out of the way. */
const createClient = (timeoutMs: number, firstPauseMs: number) =>
  createGateway(url, timeoutMs, metrics, { firstPauseMs, minTries: 1_000 });

beforeEach(async () => {
  reactions = [];
  asked = [];
  server = createServer(async (request, response) => {
    const { headers } = request;
    const one = {
      url: request.url,
      key: headers['idempotency-key'],
      requestId: headers['x-request-id'],
      body: JSON.parse(await text(request)),
    };
    asked.push(one);
    (reactions.shift() ?? captured)(response, one);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acquirer/`;
  metrics = createMetrics('2.0');
  gateway = createClient(5_000, 1);
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await gateway.close();
});

/** The error of a call that is not answered. */
async function unanswered(call: Promise<unknown>): Promise<GatewayUnavailableError> {
  const error = await call.then(
    () => 'answered',
    (thrown: unknown) => thrown,
  );
  if (error instanceof GatewayUnavailableError) return error;
  throw new Error(`not a GatewayUnavailableError: ${error}`);
}

describe('charge', () => {
  it('asks with the payment as its key, and tells what came of it', async () => {
    reactions = [captured, tell(201, { id: 'ch_2', status: 'declined' })];
    expect(await gateway.charge(charge)).toEqual({ status: 'captured', chargeId: 'ch_1' });
    expect(await gateway.charge(charge)).toEqual({ status: 'declined', chargeId: 'ch_2' });
    expect(asked[0]).toEqual({
      url: '/acquirer/v1/charges',
      key: 'payment-1',
      requestId: undefined,
      body: { reference: 'order-1', amountMinor: 1999, currency: 'USD', token: 'tok_visa' },
    });
  });

  it.each([400, 402, 422])('takes %i for a refusal, and does not ask again', async (status) => {
    reactions = [tell(status, { status })];
    expect(await gateway.charge(charge)).toEqual({ status: 'refused' });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Reaction]>([
    ['500', tell(500, {})],
    ['502 with a page of a proxy', raw(502, '<html/>')],
    ['429', tell(429, {})],
    ['409', tell(409, {})],
    ['400 with a page of a proxy', raw(400, '<html/>')],
    ['the answer to another key', tell(201, { key: 'payment-2', id: 'ch_2', status: 'captured' })],
    ['another order', tell(201, { reference: 'order-2', id: 'ch_2', status: 'captured' })],
    ['another amount', tell(201, { amountMinor: 1998, id: 'ch_2', status: 'captured' })],
    ['another currency', tell(201, { currency: 'EUR', id: 'ch_2', status: 'captured' })],
    ['the refusal of another key', tell(422, { key: 'payment-2' })],
    ['an answer without a key', raw(201, '{"id":"ch_2","status":"captured"}')],
    ['a connection that ends', (response) => response.destroy()],
    [
      'an answer cut short',
      (response) => response.writeHead(201).write('{', () => response.destroy()),
    ],
    ['an answer without an end to its size', raw(201, `"${'x'.repeat(70_000)}"`)],
  ])('takes %s for no answer, and asks again with the same key', async (_, reaction) => {
    reactions = [reaction];
    expect(await gateway.charge(charge)).toEqual({ status: 'captured', chargeId: 'ch_1' });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    expect(await metrics.registry.metrics()).toMatch(
      /gateway_retries_total\{operation="charge".* 1/,
    );
  });

  it.each<[string, Reaction]>([
    ['401', tell(401, {})],
    ['404', tell(404, {})],
    ['302', tell(302, {})],
    ['a status unheard of', tell(200, { id: 'ch_1', status: 'unheard of' })],
    ['no id', tell(200, { status: 'captured' })],
  ])(
    'takes %s for no answer, and does not ask again: it would be the same',
    async (_, reaction) => {
      reactions = [reaction];
      expect((await unanswered(gateway.charge(charge))).tries).toBe(1);
      expect(asked).toHaveLength(1);
    },
  );

  it('gives up after three tries', async () => {
    reactions = Array.from({ length: 3 }, () => tell(503, {}));
    expect((await unanswered(gateway.charge(charge))).tries).toBe(3);
    expect(asked).toHaveLength(3);
  });
});

describe('refund', () => {
  it('names the charge, has a key of its own, and tells whose request it is for', async () => {
    reactions = [tell(201, { id: 're_1', status: 'succeeded' })];
    expect(await gateway.refund(refund)).toEqual({ status: 'succeeded', refundId: 're_1' });
    expect(asked).toEqual([
      {
        url: '/acquirer/v1/refunds',
        key: 'refund-1',
        requestId: 'request-1',
        body: { chargeId: 'ch_1', amountMinor: 500, currency: 'USD' },
      },
    ]);
  });

  it('may be refused, and takes an answer for another charge for none', async () => {
    reactions = [
      tell(201, { chargeId: 'ch_2', id: 're_2', status: 'succeeded' }),
      tell(422, { status: 422 }),
    ];
    expect(await gateway.refund(refund)).toEqual({ status: 'refused' });
    expect(asked).toHaveLength(2);
  });
});

it('says how long a call takes at most: three tries, and the longest pauses between them', () => {
  expect(createClient(3_000, 100).longestMs).toBe(3 * 3_000 + 100 + 200);
});
