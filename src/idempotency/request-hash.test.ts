import { describe, expect, it } from 'vitest';
import { hashRequest } from './request-hash.ts';

const path = '/v1/orders';
const body = { items: [{ sku: 'mug', quantity: 2 }, { sku: 'pen' }], currency: 'USD' };
const hash = (what: unknown) => hashRequest('POST', path, what);

describe('hashRequest', () => {
  it('takes two requests for the same whatever the order of their fields, at any depth', () => {
    const same = { currency: 'USD', items: [{ quantity: 2, sku: 'mug' }, { sku: 'pen' }] };
    expect(Object.keys(same)).not.toEqual(Object.keys(body));
    expect(hash(same)).toBe(hash(body));
  });

  it.each([
    { ...body, currency: 'EUR' },
    { items: body.items },
    { ...body, items: body.items.toReversed() },
    { ...body, items: [{ sku: 'mug', quantity: '2' }, { sku: 'pen' }] },
    { ...body, items: [{ sku: 'mug', quantity: 2 }] },
    {},
    [],
    null,
    '{}',
  ])('tells another body apart: %j', (other) => {
    expect(hash(other)).not.toBe(hash(body));
  });

  it('tells keys and values apart that read alike when run together', () => {
    const bodies = [{ a: 'b' }, { a: '"b"' }, ['a', 'b'], ['a,b'], { a: ['b'] }, { 'a":"b': '' }];
    expect(new Set(bodies.map(hash)).size).toBe(bodies.length);
  });

  it('tells another path and another method apart', () => {
    expect(hashRequest('POST', '/v1/orders/1/cancel', body)).not.toBe(hash(body));
    expect(hashRequest('PUT', path, body)).not.toBe(hash(body));
  });

  it('takes no body for null', () => {
    expect(hash(undefined)).toBe(hash(null));
  });
});

it('does not follow a body that is nested without end', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  expect(hashRequest('POST', '/', nested(31))).toMatch(/\w/);
  expect(() => hashRequest('POST', '/', nested(30_000))).toThrow('32 levels');
});
