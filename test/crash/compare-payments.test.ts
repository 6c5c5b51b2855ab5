import { describe, expect, it } from 'vitest';
import { type Damage, found, the, wholeRun, without } from './small-run.ts';

const damages: readonly Damage[] = [
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
];

describe('compare, of payments and refunds', () => {
  it.each(damages)('finds that %s', (_what, check, row, damage) => {
    const accounts = wholeRun();
    damage(accounts);
    expect(found(accounts)).toContain(`${check} ${row}`);
  });
});
