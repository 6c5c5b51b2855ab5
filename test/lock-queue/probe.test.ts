import { expect, it } from 'vitest';
import { longest } from './probe.ts';

const wait = { table: 'orders', ms: 500, at: 1_000 };

it('the longest wait counts, less what the machine held things up meanwhile', () => {
  const shorter = { table: 'payments', ms: 300, at: 2_000 };
  expect(longest([shorter, wait], [])).toEqual(wait);
  expect(longest([wait, shorter], [{ from: 700, to: 1_100 }])).toEqual(shorter);
  expect(longest([], [])).toBeUndefined();
});

it('a stall before or after a wait excuses nothing', () => {
  const around = [
    { from: 100, to: 499 },
    { from: 1_001, to: 1_900 },
  ];
  expect(longest([wait], around)).toEqual(wait);
});
