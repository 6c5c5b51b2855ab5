import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Gateway, GatewayUnavailableError } from '../src/payments/gateway.ts';
import { createGateway } from '../src/payments/gateway-client.ts';
import { createMetrics } from '../src/platform/metrics.ts';

const script = fileURLToPath(new URL('./server.ts', import.meta.url));
const started: ChildProcess[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(kill));
  rmSync(folder, { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function start(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url: JSON.parse(line).url };
}

function createClient(url: string): Gateway {
  const tuning = { firstPauseMs: 1, minTries: 5, resetMs: 20 };
  const gateway = createGateway(url, 5_000, createMetrics('2.0'), tuning);
  onTestFinished(() => gateway.close());
  return gateway;
}

/** As a payment that stays pending is finished: with its key, until there is an answer. */
async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof GatewayUnavailableError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

const amount = { minor: 1999, currency: 'USD' };
const chargeFor = (key: string) => ({
  key,
  orderId: `order ${key}`,
  amount,
  cardToken: 'tok_visa',
});

interface Entry {
  readonly id: string;
  readonly key: string;
}

async function entries(url: string, what: 'charges' | 'refunds'): Promise<Entry[]> {
  const answer = await fetch(`${url}/v1/${what}?limit=1000`);
  return ((await answer.json()) as Record<string, Entry[]>)[what] ?? [];
}

it('a killed gateway that is started again has charged and given back everything once', async () => {
  const file = { LEDGER_FILE: join(folder, 'ledger.ndjson') };
  const first = await start({ ...file, PORT: '0' });
  const gateway = createClient(first.url);
  const keys = Array.from({ length: 200 }, (_, n) => `payment-${n}`);
  let answered = 0;
  const halfway = Promise.withResolvers<void>();
  const pay = async (key: string) => {
    const charge = await untilAnswered(() => gateway.charge(chargeFor(key)));
    answered += 1;
    if (answered === keys.length / 2) halfway.resolve();
    if (charge.status !== 'captured') throw new Error(`${key} was ${charge.status}`);
    const { chargeId } = charge;
    const refund = { key: `refund of ${key}`, chargeId, amount };
    return { key, chargeId, refund: await untilAnswered(() => gateway.refund(refund)) };
  };
  const paid = Promise.all(keys.map(pay));
  await halfway.promise;
  await kill(first.child);
  const { port } = new URL(first.url);
  const second = await start({ ...file, PORT: port });

  const told = (await paid).map(({ key, chargeId }) => ({ key, id: chargeId }));
  const charged = (await entries(second.url, 'charges')).map(({ key, id }) => ({ key, id }));
  const byKey = (a: Entry, b: Entry) => a.key.localeCompare(b.key);
  expect(charged.sort(byKey)).toEqual(told.sort(byKey));
  for (const { refund } of await paid) expect(refund.status).toBe('succeeded');
  expect(await entries(second.url, 'refunds')).toHaveLength(keys.length);
});

it('the proof can fail: without a file, what was told is gone', async () => {
  const first = await start({ PORT: '0' });
  const gateway = createClient(first.url);
  expect(await gateway.charge(chargeFor('payment-1'))).toMatchObject({ status: 'captured' });
  await kill(first.child);
  const second = await start({ PORT: new URL(first.url).port });
  expect(await entries(second.url, 'charges')).toEqual([]);
});

it('the circuit breaker opens while the gateway is away, and closes when it is back', async () => {
  const first = await start({ PORT: '0' });
  const gateway = createClient(first.url);
  await kill(first.child);
  while (gateway.available()) {
    await gateway.charge(chargeFor('payment-1')).catch((error: unknown) => {
      expect(error).toBeInstanceOf(GatewayUnavailableError);
    });
  }
  await start({ PORT: new URL(first.url).port });
  const charge = await untilAnswered(() => gateway.charge(chargeFor('payment-1')));
  expect(charge.status).toBe('captured');
  expect(gateway.available()).toBe(true);
});

it('a ledger that cannot be opened is named in one sentence', async () => {
  const env = { PORT: '0', LEDGER_FILE: join(folder, 'no', 'ledger') };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(child);
  const [said] = await once(child.stderr, 'data');
  expect(String(said)).toMatch(/^LEDGER_FILE '.*ledger' cannot be opened: ENOENT.*\.\n$/);
});
