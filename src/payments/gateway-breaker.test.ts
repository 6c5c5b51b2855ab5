import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { type Gateway, GatewayUnavailableError } from './gateway.ts';
import { createGateway } from './gateway-client.ts';

const charge = {
  key: 'payment-1',
  orderId: 'order-1',
  amount: { minor: 1999, currency: 'USD' },
  cardToken: 'tok_visa',
};

let metrics: Metrics;
let status: number;
let told: string;
let asked: number;
let gateway: Gateway;

beforeEach(async () => {
  metrics = createMetrics('2.0');
  status = 500;
  told = 'captured';
  asked = 0;
  const server = createServer(async (request, response) => {
    asked += 1;
    const { token: _, ...echo } = JSON.parse(await text(request));
    const key = request.headers['idempotency-key'];
    response.writeHead(status);
    response.end(JSON.stringify({ key, ...echo, id: 'ch_1', status: told }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = createGateway(url, 5_000, metrics, { firstPauseMs: 1, minTries: 4, resetMs: 50 });
  onTestFinished(() => gateway.close());
});

const state = async () => (await metrics.gatewayBreaker.get()).values[0]?.value;

/** In how many tries a call was not answered. */
async function triesOf(call: Promise<unknown>): Promise<number> {
  const error = await call.catch((thrown: unknown) => thrown);
  if (error instanceof GatewayUnavailableError) return error.tries;
  throw new Error(`not a GatewayUnavailableError: ${error}`);
}

const untilAvailable = () => vi.waitFor(() => expect(gateway.available()).toBe(true), 10_000);

describe('the circuit breaker', () => {
  it('opens after failures, in the middle of a call, and then sends nothing', async () => {
    expect(await state()).toBe(0);
    expect(await triesOf(gateway.charge(charge))).toBe(3);
    expect(gateway.available()).toBe(true);
    expect(await triesOf(gateway.charge(charge))).toBe(1);
    expect(gateway.available()).toBe(false);
    expect(await state()).toBe(1);
    expect(await triesOf(gateway.charge(charge))).toBe(0);
    expect(asked).toBe(4);
  });

  it('lets one try through after a while, and stays open when it fails', async () => {
    await Promise.all([1, 2].map(() => triesOf(gateway.charge(charge))));
    expect(gateway.available()).toBe(false);
    await untilAvailable();
    expect(await state()).toBe(0.5);
    const before = asked;
    const tries = await Promise.all([1, 2, 3].map(() => triesOf(gateway.charge(charge))));
    expect(tries).toEqual([1, 0, 0]);
    expect(asked).toBe(before + 1);
    expect(gateway.available()).toBe(false);
  });

  it('closes again when that try is answered', async () => {
    await Promise.all([1, 2].map(() => triesOf(gateway.charge(charge))));
    status = 201;
    await untilAvailable();
    expect(await gateway.charge(charge)).toMatchObject({ status: 'captured' });
    expect(await state()).toBe(0);
    const more = await Promise.all([1, 2, 3].map(() => gateway.charge(charge)));
    expect(more).toHaveLength(3);
  });

  it.each([
    ['declined', 201, 'declined'],
    ['refused', 422, 'refused'],
  ])('takes a card that is %s for an answer', async (_, answer, result) => {
    [status, told] = [answer, 'declined'];
    for (let n = 0; n < 20; n += 1) {
      expect(await gateway.charge(charge)).toMatchObject({ status: result });
    }
    expect(gateway.available()).toBe(true);
  });

  it('takes a gateway that refuses the service itself for a failure', async () => {
    status = 401;
    for (let n = 0; n < 4; n += 1) expect(await triesOf(gateway.charge(charge))).toBe(1);
    expect(gateway.available()).toBe(false);
  });
});
