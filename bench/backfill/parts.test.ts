import { describe, expect, it } from 'vitest';
import { buildProgram } from '../options.ts';
import { orderId } from '../world/shop.ts';
import { parseMemory } from './engine.ts';
import { firstAndLast } from './fillings.ts';
import { shopRequest, unpaidOrder } from './load/requests.ts';
import { windowOf } from './load/windows.ts';
import type { BackfillFlags } from './options.ts';
import { rowsOf, unpaidEvery } from './seed.ts';

describe('the load beside a backfill', () => {
  const shop = { customers: 7, products: 10, orders: 1_000 };
  const tokens = Array.from({ length: 7 }, (_, index) => `token-${index}`);
  const source = { shop, tokens, keyPrefix: 'p' };
  const many = Array.from({ length: 1_000 }, (_, k) => k);

  it('pays every unpaid order once before it pays one again', () => {
    const orders = many.slice(0, 100).map((k) => unpaidOrder(k, shop.orders));
    expect(new Set(orders).size).toBe(100);
    for (const n of orders) {
      expect(n % unpaidEvery).toBe(0);
      expect(n).toBeGreaterThanOrEqual(1);
      expect(n).toBeLessThanOrEqual(shop.orders);
    }
  });

  it('pays as the customer whose order it is', () => {
    const n = unpaidOrder(3, shop.orders);
    const { path, headers } = shopRequest(30, source);
    expect(path).toBe(`/v1/orders/${orderId(n)}/payments`);
    expect(headers.authorization).toBe(`Bearer token-${n % 7}`);
  });

  it('is seven reads, two orders and one payment of ten, with no key twice', () => {
    const made = many.map((k) => shopRequest(k, source));
    expect(made.filter(({ method }) => method === 'GET')).toHaveLength(700);
    expect(made.filter(({ path }) => path === '/v1/orders')).toHaveLength(200);
    const keys = made.flatMap(({ headers }) => headers['idempotency-key'] ?? []);
    expect(new Set(keys).size).toBe(300);
  });
});

describe('a window of the load', () => {
  const answers = [
    { at: 99, ms: 900 },
    { at: 100, ms: 1 },
    { at: 150, ms: 3, failure: 'HTTP 503' },
    { at: 199, ms: 2 },
    { at: 200, ms: 900 },
  ];

  it('has the requests that were due in it, whenever they were answered', () => {
    expect(windowOf(answers, 100, 200)).toEqual({
      seconds: 0.1,
      requests: 3,
      p50Ms: 2,
      p99Ms: 3,
      longestMs: 3,
      failed: 1,
      failure: 'HTTP 503',
    });
  });
});

describe('what is told of a filling', () => {
  it('is the memory of its process, now and at the most', () => {
    const status = 'Name:\tnode\nVmPeak:\t  9999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n';
    expect(parseMemory(status)).toEqual({ now: 1, peak: 2 });
    expect(parseMemory('Name:\tnode\n')).toBeNull();
  });

  it('is the pace of its first and of its last tenth', () => {
    const batchMs = [...Array.from({ length: 18 }, () => 5), 100, 100];
    expect(firstAndLast(batchMs)).toEqual({ first: 200_000, last: 10_000 });
    expect(firstAndLast([10])).toEqual({ first: 100_000, last: 100_000 });
  });
});

describe('the sizes', () => {
  it('are an order, two items and nine payments of ten', () => {
    expect(rowsOf(1_000_000)).toBe(3_900_000);
  });

  it('are small with --quick where nobody asked for another', async () => {
    const given: BackfillFlags[] = [];
    const others = { compare: async () => {}, memory: async () => {} };
    const program = buildProgram({ ...others, backfill: async (flags) => void given.push(flags) });
    await program.parseAsync(['backfill', '--quick', '--rounds', '2'], { from: 'user' });
    expect(given).toMatchObject([{ rows: 20_000, rounds: 2, limit: 3, rate: 200 }]);
  });
});
