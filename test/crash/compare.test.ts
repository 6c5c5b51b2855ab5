import { describe, expect, it } from 'vitest';
import { type Damage, found, the, wholeRun, without } from './small-run.ts';

const damages: readonly Damage[] = [
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
