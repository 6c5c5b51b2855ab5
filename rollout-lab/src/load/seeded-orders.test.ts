import { describe, expect, it } from 'vitest';
import * as seeded from './seeded-orders.ts';

describe('seeded orders', () => {
  it('have known ids', () => {
    expect(seeded.orderId(1)).toBe('019b76da-a801-7000-8000-000000000001');
    expect(seeded.paymentId(255)).toBe('019b76da-a8ff-7001-8000-0000000000ff');
    expect(new Date(seeded.createdAtMs(1)).toISOString()).toBe('2026-01-01T00:00:00.001Z');
  });

  it('have known lines and totals', () => {
    // i = 1: one line, 100 + (7919 + 104729) % 19900 = 13248 each, 1 + 2 % 3 = 3 of them.
    expect([seeded.lineCount(1), seeded.unitMinor(1, 1), seeded.quantity(1, 1)]).toEqual([
      1, 13_248, 3,
    ]);
    expect(seeded.totalMinor(1)).toBe(39_744);
    // i = 2: (15838 + 104729) % 19900 + 100 = 1267, once; (15838 + 209458) % 19900 + 100 = 6496, twice.
    expect(seeded.totalMinor(2)).toBe(1267 + 2 * 6496);
  });

  it('know customer, payment and products', () => {
    expect([1, 7, 10].map((i) => seeded.customerOf(i, 7))).toEqual([1, 0, 3]);
    expect([1, 2, 3, 4, 5].map(seeded.isPaid)).toEqual([true, true, false, false, true]);
    expect(seeded.skuIndex(10, 2, 50)).toBe(12);
  });

  it('are sent somewhere, nine of ten', () => {
    expect(seeded.addressOf(1)).toBe('2 Street 1, P1, City 1, GB');
    expect(seeded.addressOf(123_459)).toBe('60 Street 75, P3459, City 9, US');
    expect(seeded.addressOf(20)).toBe('');
  });

  it('stay exact for the largest i', () => {
    const i = 1e12;
    expect(BigInt(seeded.unitMinor(i, 2))).toBe(100n + ((10n ** 12n * 7919n + 209_458n) % 19_900n));
  });

  it('are found by their id, and only they', () => {
    const spec = { count: 100, customers: 7 };
    expect(seeded.seededIndex(seeded.orderId(100), spec)).toBe(100);
    expect(seeded.seededIndex(seeded.orderId(101), spec)).toBeNull();
    expect(seeded.seededIndex(seeded.paymentId(5), spec)).toBeNull();
    expect(seeded.seededIndex('0197f3a0-0000-7000-8000-000000000005', spec)).toBeNull();
    expect(seeded.seededIndex('', spec)).toBeNull();
  });
});
