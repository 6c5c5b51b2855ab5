import { describe, expect, it } from 'vitest';
import { orderTransitions } from './orders/order.ts';
import { paymentTransitions } from './payments/payment.ts';
import { refundTransitions } from './payments/refund.ts';
import { sourcesOf, type Transitions } from './platform/transitions.ts';

describe.each([
  ['orders', orderTransitions, 'placed'],
  ['payments', paymentTransitions, 'pending'],
  ['refunds', refundTransitions, 'pending'],
] as const)('the states of %s', (_, table, first) => {
  const states = Object.keys(table);

  it('are all reached from the first, which nothing goes back to', () => {
    const transitions: Transitions<string> = table;
    const unreached = states.filter((state) => sourcesOf(transitions, state).length === 0);
    expect(unreached).toEqual([first]);
  });
});
