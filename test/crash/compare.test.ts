import { describe, expect, it } from 'vitest';
import { openBooks } from './books.ts';
import { compare } from './compare.ts';
import type { Check } from './finding.ts';
import type { Booked, Stored } from './sources.ts';
import { createTold, type Told } from './told.ts';

/** The three accounts of a small run, as they are written; a damage changes one of them. */
interface Accounts {
  told: Told;
  stored: Mutable<Stored>;
  booked: Mutable<Booked>;
}

type Mutable<T> =
  T extends ReadonlyArray<infer Row>
    ? Mutable<Row>[]
    : T extends object
      ? { -readonly [Field in keyof T]: Mutable<T[Field]> }
      : T;

const items = [{ sku: 'mug', quantity: 2, unitMinor: 500 }];
const stored = [{ sku: 'mug', quantity: 2, amounts: [500, 500] }];

/** An order that is paid and partly refunded, one that is cancelled, one whose card was declined. */
function wholeRun(): Accounts {
  const told = createTold();
  const order = (key: string, customerId: string, id: string) =>
    told.orders.push({ key, customerId, id, minor: 1000, items });
  order('k1', 'retrying', 'paid');
  order('k2', 'retrying', 'cancelled');
  order('k3', 'other', 'declined');
  told.retryCustomers.add('retrying');
  told.cancelled.push('cancelled');
  told.payments.push({ id: 'p1', orderId: 'paid', status: 'captured', minor: 1000 });
  told.payments.push({ id: 'p2', orderId: 'declined', status: 'declined', minor: 1000 });
  told.refunds.push({ id: 'r1', paymentId: 'p1', minor: 400 });
  const amounts = [1000, 1000];
  const row = (id: string, customerId: string, status: string) => ({
    ...{ id, customerId, status, amounts: [...amounts], items: structuredClone(stored) },
  });
  return {
    told,
    stored: {
      orders: [
        row('paid', 'retrying', 'paid'),
        row('cancelled', 'retrying', 'cancelled'),
        row('declined', 'other', 'placed'),
      ],
      payments: [
        { id: 'p1', orderId: 'paid', status: 'captured', amounts: [...amounts], chargeId: 'ch1' },
        { id: 'p2', orderId: 'declined', status: 'declined', amounts, chargeId: 'ch2' },
      ],
      refunds: [
        { id: 'r1', paymentId: 'p1', status: 'succeeded', minor: 400, gatewayRefundId: 're1' },
      ],
      orderKeys: [
        { key: 'k1', orderId: 'paid' },
        { key: 'k2', orderId: 'cancelled' },
        { key: 'k3', orderId: 'declined' },
      ],
      stock: [{ sku: 'mug', stock: 96 }],
    },
    booked: {
      charges: [
        { id: 'ch1', key: 'p1', reference: 'paid', amountMinor: 1000, status: 'captured' },
        { id: 'ch2', key: 'p2', reference: 'declined', amountMinor: 1000, status: 'declined' },
      ],
      refunds: [{ id: 're1', key: 'r1', chargeId: 'ch1', amountMinor: 400 }],
    },
  };
}

function found({ told, stored, booked }: Accounts): string[] {
  const books = openBooks(told, stored, booked, new Map([['mug', 100]]));
  return compare(books).map(({ check, row }) => `${check} ${row}`);
}

/** A row that has to be there. */
function the<T extends { id: string }>(rows: T[], id: string): T {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw new Error(`there is no ${id}`);
  return row;
}

const without = <T extends { id: string }>(rows: T[], id: string): T[] =>
  rows.filter((row) => row.id !== id);

const damages: readonly (readonly [string, Check, string, (accounts: Accounts) => void])[] = [
  [
    'an acknowledged order is gone',
    'lost-order',
    'cancelled',
    ({ stored }) => {
      stored.orders = without(stored.orders, 'cancelled');
    },
  ],
  [
    'an order has another total in one of its shapes',
    'altered-order',
    'paid',
    ({ stored }) => {
      the(stored.orders, 'paid').amounts[1] = 1001;
    },
  ],
  [
    'an order has other items than were acknowledged, and adds up',
    'altered-order',
    'declined',
    ({ stored }) => {
      const order = the(stored.orders, 'declined');
      order.items = [{ sku: 'mug', quantity: 1, amounts: [1000, 1000] }];
    },
  ],
  [
    'a client that repeats has an order too many',
    'second-order',
    'copy',
    ({ stored }) => {
      stored.orders.push({ ...the(stored.orders, 'cancelled'), id: 'copy' });
      stored.orderKeys.push({ key: 'k2 again', orderId: 'copy' });
    },
  ],
  [
    'an order of anybody has no key',
    'second-order',
    'declined',
    ({ stored }) => {
      stored.orderKeys.pop();
    },
  ],
  [
    'two keys stand for one order',
    'second-order',
    'paid',
    ({ stored }) => {
      stored.orderKeys.push({ key: 'k4', orderId: 'paid' });
    },
  ],
  [
    'a cancellation was forgotten',
    'lost-cancellation',
    'cancelled',
    ({ stored }) => {
      the(stored.orders, 'cancelled').status = 'placed';
    },
  ],
  [
    'a shelf has one piece too few',
    'stock',
    'mug',
    ({ stored }) => {
      stored.stock = [{ sku: 'mug', stock: 95 }];
    },
  ],
  [
    'an acknowledged payment is not captured',
    'lost-payment',
    'p1',
    ({ stored }) => {
      the(stored.payments, 'p1').status = 'declined';
    },
  ],
  [
    'a payment has another amount',
    'altered-payment',
    'p1',
    ({ stored }) => {
      the(stored.payments, 'p1').amounts = [1000, 10];
    },
  ],
  [
    'an order was charged twice',
    'double-charge',
    'paid',
    ({ booked }) => {
      booked.charges.push({ ...the(booked.charges, 'ch1'), id: 'ch3', key: 'p3' });
    },
  ],
  [
    'a charge has no payment',
    'unpaid-charge',
    'ch3',
    ({ booked }) => {
      booked.charges.push({
        ...the(booked.charges, 'ch1'),
        ...{ id: 'ch3', key: 'p3', reference: 'declined' },
      });
    },
  ],
  [
    'a charge has another amount than its payment',
    'unpaid-charge',
    'ch1',
    ({ booked }) => {
      the(booked.charges, 'ch1').amountMinor = 999;
    },
  ],
  [
    'a payment has no charge',
    'uncharged-payment',
    'p1',
    ({ booked }) => {
      booked.charges = without(booked.charges, 'ch1');
    },
  ],
  [
    'an order with a captured payment is not paid',
    'unpaid-order',
    'paid',
    ({ stored }) => {
      the(stored.orders, 'paid').status = 'placed';
    },
  ],
  [
    'an acknowledged refund is gone',
    'lost-refund',
    'r1',
    ({ stored }) => {
      stored.refunds = [];
    },
  ],
  [
    'a refund is not in the gateway’s book',
    'unbooked-refund',
    'r1',
    ({ booked }) => {
      booked.refunds = [];
    },
  ],
  [
    'the gateway gave something back that nobody asked for',
    'unbooked-refund',
    're2',
    ({ booked }) => {
      booked.refunds.push({ ...the(booked.refunds, 're1'), id: 're2', key: 'r2' });
    },
  ],
  [
    'more was given back than taken',
    'over-refund',
    'ch1',
    ({ booked }) => {
      the(booked.refunds, 're1').amountMinor = 1001;
    },
  ],
  [
    'a refund is pending',
    'unreconciled',
    'r1',
    ({ stored }) => {
      the(stored.refunds, 'r1').status = 'pending';
    },
  ],
  [
    'a payment is pending',
    'unreconciled',
    'p1',
    ({ stored }) => {
      the(stored.payments, 'p1').status = 'pending';
    },
  ],
  ['a request never came to an end', 'unfinished', 'k9', ({ told }) => told.unfinished.push('k9')],
  [
    'an answer contradicted another one',
    'contradiction',
    'paid',
    ({ told }) => told.contradictions.push({ row: 'paid', detail: 'read as 404' }),
  ],
];

describe('compare', () => {
  it('finds nothing in a run where everything is as it was told', () => {
    expect(found(wholeRun())).toEqual([]);
  });

  it.each(damages)('finds that %s', (_what, check, row, damage) => {
    const accounts = wholeRun();
    damage(accounts);
    expect(found(accounts)).toContain(`${check} ${row}`);
  });

  it('counts a row once a check, though it is wrong in two ways', () => {
    const accounts = wholeRun();
    the(accounts.stored.orders, 'paid').amounts = [1001, 1001];
    const wrong = found(accounts).filter((finding) => finding.startsWith('altered-order'));
    expect(wrong).toEqual(['altered-order paid']);
  });
});
