import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ChargeRequest,
  type Gateway,
  GatewayUnavailableError,
} from '../src/payments/gateway.ts';
import { createGateway, type GatewayTuning } from '../src/payments/gateway-client.ts';
import { createMetrics, type Metrics } from '../src/platform/metrics.ts';
import { startGateway } from './server.ts';

interface Entry {
  readonly id: string;
  readonly key: string;
  readonly status: string;
  readonly requestId?: string;
}

interface Options {
  readonly latencyMs?: number;
  readonly timeoutMs?: number | undefined;
  readonly tuning?: Partial<GatewayTuning>;
}

const quick = { firstPauseMs: 1, minTries: 1_000 };

/** The sandbox behind the client, over real connections; both gone when the test ends. */
async function startBoth({ latencyMs = 0, timeoutMs = 5_000, tuning }: Options = {}) {
  const sandbox = await startGateway({ latencyMs, lateMs: 60_000 });
  const metrics = createMetrics('2.0');
  const gateway = createGateway(sandbox.url, timeoutMs, metrics, { ...quick, ...tuning });
  onTestFinished(async () => {
    await gateway.close();
    await sandbox.close();
  });
  async function ledger(): Promise<Entry[]> {
    const answer = await fetch(`${sandbox.url}/v1/charges?limit=1000`);
    return ((await answer.json()) as { charges: Entry[] }).charges;
  }
  return { gateway, metrics, ledger };
}

const chargeWith = (cardToken: string, key = 'payment-1'): ChargeRequest => ({
  key,
  orderId: `order of ${key}`,
  amount: { minor: 1999, currency: 'USD' },
  cardToken,
  requestId: `request of ${key}`,
});

async function outcomes(metrics: Metrics): Promise<Record<string, number>> {
  const { values } = await metrics.gatewayCalls.get();
  const counts = values.filter(({ metricName }) => metricName?.endsWith('_count'));
  return Object.fromEntries(counts.map(({ labels, value }) => [labels.outcome, value]));
}

describe('each card token', () => {
  it.each([
    { token: 'tok_visa', status: 'captured', tries: { captured: 1 } },
    { token: 'tok_declined', status: 'declined', tries: { declined: 1 } },
    { token: 'tok_late', status: 'captured', tries: { timeout: 1, captured: 1 }, timeoutMs: 1_000 },
    { token: 'tok_drop', status: 'captured', tries: { unreachable: 1, captured: 1 } },
    { token: 'tok_twice', status: 'captured', tries: { captured: 1 } },
    { token: 'tok_flaky', status: 'captured', tries: { failed: 1, captured: 1 } },
  ])('$token: $status, and in the ledger once', async ({ token, status, tries, timeoutMs }) => {
    const { gateway, metrics, ledger } = await startBoth({ timeoutMs });
    const result = await gateway.charge(chargeWith(token));
    const entries = await ledger();
    expect(entries).toMatchObject([{ status, requestId: 'request of payment-1' }]);
    expect(result).toEqual({ status, chargeId: entries[0]?.id });
    expect(await outcomes(metrics)).toEqual(tries);
    expect(await gateway.charge(chargeWith(token))).toEqual(result);
    expect(await ledger()).toEqual(entries);
  });

  it('tok_timeout: no answer, and nothing in the ledger', async () => {
    const { gateway, metrics, ledger } = await startBoth({ timeoutMs: 50 });
    await expect(gateway.charge(chargeWith('tok_timeout'))).rejects.toThrow(
      GatewayUnavailableError,
    );
    expect(await outcomes(metrics)).toEqual({ timeout: 3 });
    expect(await ledger()).toEqual([]);
  });

  it('one that is not known: refused, and nothing in the ledger', async () => {
    const { gateway, ledger } = await startBoth();
    expect(await gateway.charge(chargeWith('tok_moon'))).toEqual({ status: 'refused' });
    expect(await ledger()).toEqual([]);
  });
});

/** As a payment that stays pending is finished: with its key, until there is an answer. */
async function chargeUntilAnswered(gateway: Gateway, request: ChargeRequest) {
  for (;;) {
    try {
      return await gateway.charge(request);
    } catch (error) {
      if (!(error instanceof GatewayUnavailableError)) throw error;
    }
  }
}

describe('an answer that nobody asked for', () => {
  it('never becomes the answer to another request', async () => {
    const { gateway, metrics, ledger } = await startBoth({
      latencyMs: 4,
      tuning: { connections: 3 },
    });
    const keys = Array.from({ length: 90 }, (_, n) => `payment-${n}`);
    const tokens = ['tok_visa', 'tok_twice', 'tok_declined'];
    const results = await Promise.all(
      keys.map((key, n) => {
        const token = tokens[n % tokens.length] ?? 'tok_visa';
        return chargeUntilAnswered(gateway, chargeWith(token, key));
      }),
    );
    const entries = new Map((await ledger()).map((entry) => [entry.key, entry]));
    expect(entries.size).toBe(keys.length);
    expect(await ledger()).toHaveLength(keys.length);
    const own = keys
      .map((key) => entries.get(key))
      .map((e) => ({ status: e?.status, chargeId: e?.id }));
    expect(results).toEqual(own);
    // Not for lack of occasion.
    expect(await outcomes(metrics)).toMatchObject({ foreign: expect.any(Number) });
  });

  it('is told by what it repeats, and its connection is not used again', async () => {
    const plant = await startOutOfStep();
    const gateway = createGateway(plant.url, 5_000, createMetrics('2.0'), {
      ...quick,
      connections: 1,
    });
    onTestFinished(() => gateway.close());
    for (const key of ['a', 'b', 'c']) {
      const result = await gateway.charge(chargeWith('tok_visa', key));
      expect(result).toEqual({ status: 'captured', chargeId: `ch of ${key}` });
    }
    expect(plant.connections()).toBe(3);
  });

  it('the proof can fail: a client that does not look takes it for its own', async () => {
    const plant = await startOutOfStep();
    const pool = new Pool(plant.url, { connections: 1 });
    onTestFinished(() => pool.close());
    const charge = async (key: string) => {
      const headers = { 'idempotency-key': key };
      const answer = await pool.request({ method: 'POST', path: '/', headers, body: '{}' });
      return answer.body.json();
    };
    expect(await charge('a')).toMatchObject({ id: 'ch of a' });
    expect(await charge('b')).toMatchObject({ id: 'ch of a' });
    expect(plant.connections()).toBe(1);
  });
});

/** A gateway that answers each further request on a connection with the answer to the one before. */
async function startOutOfStep() {
  const before = new Map<Socket, string>();
  const server = createServer(async (request, response) => {
    const { socket, headers } = request;
    const { token: _, ...echo } = JSON.parse(await text(request));
    const key = headers['idempotency-key'];
    const own = JSON.stringify({ key, ...echo, id: `ch of ${key}`, status: 'captured' });
    response.writeHead(201).end(before.get(socket) ?? own);
    before.set(socket, own);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connections: () => before.size };
}
