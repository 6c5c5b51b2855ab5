import { describe, expect, it } from 'vitest';
import { isWrongOrder, isWrongPayment, statedMinor } from './checks.ts';

const ITEMS = [
  { sku: 'a', quantity: 2, unitPrice: '5.00' },
  { sku: 'b', quantity: 1, unitPrice: '9.99' },
];
const ADDRESS = '1 High Street, E1, London, GB';
const SHIP_TO = { street: '1 High Street', postcode: 'E1', city: 'London', country: 'GB' };
const ORDER = {
  id: 'o1',
  status: 'created',
  total: '19.99',
  items: ITEMS,
  shippingAddress: ADDRESS,
};
const AMOUNT = { minor: 1999, currency: 'USD' };
const known = { id: 'o1', minor: 1999, address: ADDRESS };

describe('statedMinor', () => {
  it('takes total alone, or total and an equal amount', () => {
    expect(statedMinor({ total: '19.99' })).toBe(1999);
    expect(statedMinor({ total: '19.99', amount: AMOUNT })).toBe(1999);
  });

  it.each([
    { total: '19.99', amount: { ...AMOUNT, minor: 1998 } },
    { total: '19.99', amount: { ...AMOUNT, minor: '1999' } },
    { total: '19.99', amount: { ...AMOUNT, currency: 'EUR' } },
    { total: '19.99', amount: null },
    { total: 19.99 },
    { amount: AMOUNT },
    undefined,
  ])('gives nothing for %j', (answer) => expect(statedMinor(answer)).toBeNull());
});

describe('isWrongOrder', () => {
  it('accepts the order that is known', () => {
    expect(isWrongOrder(ORDER, known)).toBe(false);
    expect(isWrongOrder({ ...ORDER, amount: AMOUNT, items: undefined }, known)).toBe(false);
    expect(isWrongOrder({ ...ORDER, shipTo: SHIP_TO }, known)).toBe(false);
    const nowhere = { ...ORDER, shippingAddress: undefined };
    expect(isWrongOrder(nowhere, { ...known, address: '' })).toBe(false);
  });

  it.each([
    ['another total', { ...ORDER, total: '19.98', items: undefined }],
    ['another id', { ...ORDER, id: 'o2' }],
    ['a contradicting amount', { ...ORDER, amount: { ...AMOUNT, minor: 1998 } }],
    ['a sum of lines that is not the total', { ...ORDER, items: ITEMS.slice(1) }],
    ['another address', { ...ORDER, shippingAddress: '2 High Street, E1, London, GB' }],
    ['an address that is nowhere', { ...ORDER, shippingAddress: undefined }],
    ['an address in two forms that differ', { ...ORDER, shipTo: { ...SHIP_TO, city: 'Paris' } }],
    ['an address in the new form alone', { ...ORDER, shippingAddress: undefined, shipTo: SHIP_TO }],
    ['no object', undefined],
  ])('refuses %s', (_, answer) => expect(isWrongOrder(answer, known)).toBe(true));
});

describe('isWrongPayment', () => {
  const payment = { id: 'p1', orderId: 'o1', status: 'captured', total: '19.99' };

  it('accepts the captured payment of the order', () => {
    expect(isWrongPayment(payment, known)).toBe(false);
  });

  it.each([
    { ...payment, status: 'pending' },
    { ...payment, orderId: 'o2' },
    { ...payment, total: '19.98' },
    { ...payment, id: undefined },
  ])('refuses %j', (answer) => expect(isWrongPayment(answer, known)).toBe(true));
});
