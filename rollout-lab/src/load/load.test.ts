import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochMs } from '../metrics/clock.ts';
import type { Observation } from '../metrics/types.ts';
import { FakeApi } from './fake-api.ts';
import { LoadConfigError, startLoad } from './load.ts';
import { minorOf } from './money.ts';
import type { ToldLine } from './told-file.ts';
import type { LoadConfig } from './types.ts';

const SEEDED = { count: 100, customers: 10 };
let api: FakeApi;
let target: string;
let folder: string;

beforeEach(async () => {
  api = new FakeApi(SEEDED.count);
  target = await api.listen();
  folder = await mkdtemp(join(tmpdir(), 'load-'));
});
afterEach(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const configure = (overrides: Partial<LoadConfig> = {}): LoadConfig => ({
  target,
  rate: 400,
  seed: 7,
  customers: Array.from({ length: 10 }, (_, i) => ({ id: `c${i}`, token: `t${i}` })),
  skus: ['sku-1', 'sku 2'],
  seeded: SEEDED,
  toldFile: join(folder, 'told.ndjson'),
  ...overrides,
});

/** Runs the load until `enough` observations came, then stops it. */
async function runUntil(enough: number, overrides: Partial<LoadConfig> = {}) {
  const observations: Observation[] = [];
  const reached = Promise.withResolvers<void>();
  const load = await startLoad(configure(overrides), (batch) => {
    observations.push(...batch);
    if (observations.length >= enough) reached.resolve();
  });
  await reached.promise;
  return { summary: await load.stop(), observations };
}

const told = async (): Promise<ToldLine[]> =>
  (await readFile(join(folder, 'told.ndjson'), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('the load', () => {
  it('sends every request that was due and reports each once', async () => {
    const { summary, observations } = await runUntil(300);
    expect(summary.sent).toBe(summary.intended);
    expect(observations).toHaveLength(summary.sent);
    expect(api.seen).toHaveLength(summary.sent);
    expect(observations.filter(({ ok, wrong }) => !ok || wrong)).toEqual([]);
    const spacing = observations.map(({ at }) => at).sort((a, b) => a - b);
    const span = (spacing.at(-1) ?? 0) - (spacing[0] ?? 0);
    expect(span).toBeCloseTo(((summary.sent - 1) * 1000) / 400, 1);
    expect(summary.lateness.max).toBeGreaterThanOrEqual(summary.lateness.p50 ?? Infinity);
    expect(summary.withoutSlot).toBe(0);
    expect(summary.elapsedMs).toBeGreaterThanOrEqual(span);
    expect(summary.cpuMs).toBeGreaterThan(0);
    expect(summary.cpuMs).toBeLessThan(summary.elapsedMs);
  });

  it('names customer, release and replica', async () => {
    const { observations } = await runUntil(20);
    const customers = new Set(api.seen.map(({ headers }) => headers['x-customer-id']));
    expect(customers).toEqual(new Set(observations.map(({ customer }) => `c${customer}`)));
    for (const { headers, method } of api.seen) {
      expect(headers.authorization).toBe(`Bearer t${headers['x-customer-id']?.slice(1)}`);
      expect('idempotency-key' in headers).toBe(method === 'POST');
    }
    expect(observations[0]).toMatchObject({ release: '1.0', replica: 'a' });
  });

  it('writes every acknowledged order and payment to the told file', async () => {
    const { observations } = await runUntil(200);
    const lines = await told();
    const acknowledged = (kind: string) =>
      observations.filter((o) => o.kind === kind && o.ok).length;
    const orders = lines.filter(({ kind }) => kind === 'order');
    expect(orders).toHaveLength(acknowledged('create-order'));
    expect(lines).toHaveLength(orders.length + acknowledged('pay-order'));
    expect(acknowledged('pay-order')).toBeGreaterThan(0);
    for (const line of lines) {
      const order = line.kind === 'order' ? line.id : line.orderId;
      expect(line.minor).toBe(minorOf(api.totals.get(order)));
    }
  });

  it('calls an answer with another total wrong, not failed', async () => {
    api.tamper = ({ method, path }) =>
      method === 'GET' && /orders\/./.test(path) ? { fields: { total: '0.01' } } : {};
    const { observations } = await runUntil(100);
    const reads = observations.filter(({ kind }) => kind === 'read-order');
    expect(reads.length).toBeGreaterThan(0);
    for (const { kind, ok, wrong } of observations)
      expect([ok, wrong]).toEqual([true, kind === 'read-order']);
  });

  it('counts every status that is not the one of success as failed', async () => {
    api.tamper = ({ method }) =>
      method === 'GET' ? { status: 503, fields: { code: 'not_ready' } } : { status: 200 };
    const { observations } = await runUntil(100);
    expect(observations.some(({ ok }) => ok)).toBe(false);
    const errors = new Map(observations.map(({ status, error }) => [status, error]));
    expect(Object.fromEntries(errors)).toEqual({ 200: 'HTTP 200', 503: 'not_ready' });
    expect(await told()).toEqual([]);
  });

  it('goes on when nobody answers', async () => {
    await api.close();
    const { summary, observations } = await runUntil(50);
    expect(summary.sent).toBe(summary.intended);
    expect(new Set(observations.map(({ status, error }) => `${status} ${error}`))).toEqual(
      new Set(['0 ECONNREFUSED']),
    );
    await api.listen();
  });

  it('gives up after the request timeout', async () => {
    api.tamper = ({ path }) => (path.includes('products') ? { until: new Promise(() => {}) } : {});
    const { observations } = await runUntil(100, { requestTimeoutMs: 200 });
    const products = observations.filter(({ kind }) => kind === 'read-product');
    expect(products.length).toBeGreaterThan(0);
    for (const observation of products)
      expect(observation).toMatchObject({ status: 0, ok: false, error: 'TimeoutError' });
  });

  it('counts the wait behind a stalled answer from the intended time', async () => {
    const released = Promise.withResolvers<void>();
    let releasedAt = 0;
    // The first answer is held back until 40 more requests should long have left.
    api.tamper = () => ({ until: released.promise });
    const observations: Observation[] = [];
    const load = await startLoad(configure({ connections: 1 }), (b) => observations.push(...b));
    setTimeout(() => {
      releasedAt = epochMs();
      released.resolve();
    }, 300);
    await released.promise;
    const { sent, withoutSlot } = await load.stop();
    expect(observations).toHaveLength(sent);
    expect(withoutSlot).toBeGreaterThan(0);
    const before = observations.filter(({ at }) => at < releasedAt);
    expect(before.length).toBeGreaterThan(1);
    // 5 ms for the two threads' clocks.
    for (const { at, latencyMs } of before) expect(at + latencyMs).toBeGreaterThan(releasedAt - 5);
  });

  it('waits at the stop for the answers in flight', async () => {
    const released = Promise.withResolvers<void>();
    api.tamper = () => ({ until: released.promise });
    const observations: Observation[] = [];
    const load = await startLoad(configure(), (batch) => observations.push(...batch));
    const stopped = load.stop();
    released.resolve();
    expect(observations.length).toBe(0);
    const { sent } = await stopped;
    expect(sent).toBeGreaterThan(0);
    expect(observations).toHaveLength(sent);
    expect(observations.every(({ ok }) => ok)).toBe(true);
  });
});

describe('startLoad', () => {
  it('names every wrong field', async () => {
    const wrong = { rate: 0, skus: [], seeded: { count: 5, customers: 11 } };
    const error = await startLoad(configure(wrong), () => {}).catch((e) => e);
    expect(error).toBeInstanceOf(LoadConfigError);
    expect(error.problems).toHaveLength(3);
  });

  it('rejects when the told file cannot be opened', async () => {
    const toldFile = join(folder, 'missing', 'told.ndjson');
    await expect(startLoad(configure({ toldFile }), () => {})).rejects.toThrow('ENOENT');
  });
});
