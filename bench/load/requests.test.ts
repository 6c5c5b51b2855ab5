import { describe, expect, it } from 'vitest';
import { makeRequest, type RequestSource } from './requests.ts';

const source: RequestSource = {
  shop: { customers: 7, products: 10, orders: 1_000 },
  tokens: Array.from({ length: 7 }, (_, index) => `token-${index}`),
  keyPrefix: 'p',
  payableFrom: 50,
};

const many = Array.from({ length: 1_000 }, (_, k) => k);

describe('the requests of the benchmark', () => {
  it('gives each order a key of its own, and two products that differ', () => {
    const made = many.map((k) => makeRequest.create(k, source));
    expect(new Set(made.map(({ headers }) => headers['idempotency-key'])).size).toBe(many.length);
    for (const { body = '' } of made) {
      const [first, second] = JSON.parse(body).items;
      expect(first.sku).not.toBe(second.sku);
    }
  });

  it('reads every order once before it reads one again', () => {
    const paths = many.map((k) => makeRequest.read(k, source).path);
    expect(new Set(paths).size).toBe(source.shop.orders);
  });

  it('asks as the customer whose order it is', () => {
    const { headers, path } = makeRequest.read(0, source);
    expect(path).toBe('/v1/orders/019b0000-0000-7000-8000-000000000001');
    expect(headers.authorization).toBe('Bearer token-1');
    expect(headers['x-customer-id']).toBe('customer-1');
  });

  it('uses no key twice in the mix', () => {
    const keys = many.map((k) => makeRequest.mixed(k, source).headers['idempotency-key']);
    const used = keys.filter((key) => key !== undefined);
    expect(used).toHaveLength((many.length * 3) / 10);
    expect(new Set(used).size).toBe(used.length);
  });

  it('pays no order twice, alone or in the mix', () => {
    const pays = many.map((k) => makeRequest.pay(k, source).path);
    expect(new Set(pays).size).toBe(many.length);
    const mixed = many.map((k) => makeRequest.mixed(k, source)).filter((r) => /pay/.test(r.path));
    expect(new Set(mixed.map(({ path }) => path)).size).toBe(many.length / 10);
  });
});
