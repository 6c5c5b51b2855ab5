import { describe, expect, it } from 'vitest';
import { FaultsError, parseFaults } from './faults.ts';

const none = parseFaults('none');

describe('parseFaults', () => {
  it.each([
    ['none', {}],
    ['payments-fail=0.05', { paymentsFail: { share: 0.05, flag: null } }],
    ['payments-fail=1', { paymentsFail: { share: 1, flag: null } }],
    ['payments-fail=0.05@new.way', { paymentsFail: { share: 0.05, flag: 'new.way' } }],
    ['order-reads-slow=0.1:150', { orderReadsSlow: { share: 0.1, ms: 150, flag: null } }],
    ['order-reads-slow=0.1:150@a-b', { orderReadsSlow: { share: 0.1, ms: 150, flag: 'a-b' } }],
    ['reads-without-fallback', { readsWithoutFallback: true }],
    ['money-through-float', { moneyThroughFloat: true }],
    ['exit-without-draining', { exitWithoutDraining: true }],
    [
      'payments-fail=0.5, exit-without-draining',
      { paymentsFail: { share: 0.5, flag: null }, exitWithoutDraining: true },
    ],
  ])('reads "%s"', (given, faults) => {
    expect(parseFaults(given)).toEqual({ ...none, ...faults });
  });

  it.each([
    '',
    'slow',
    'none,payments-fail=1',
    'payments-fail',
    'payments-fail=',
    'payments-fail=2',
    'payments-fail=-0.1',
    'payments-fail=half',
    'payments-fail=0.1=0.2',
    'payments-fail=0.1@',
    'order-reads-slow=0.1',
    'order-reads-slow=0.1:fast',
    'order-reads-slow=2:150',
    'exit-without-draining=1',
    'exit-without-draining@flag',
    'exit-without-draining,',
  ])('refuses "%s", and says what there is', (given) => {
    expect(() => parseFaults(given)).toThrow(FaultsError);
    expect(() => parseFaults(given)).toThrow(`FAULTS is "${given}"`);
    expect(() => parseFaults(given)).toThrow('payments-fail=<share from 0 to 1>');
  });
});
