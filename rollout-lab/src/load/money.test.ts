import { describe, expect, it } from 'vitest';
import { minorOf } from './money.ts';

describe('minorOf', () => {
  it.each([
    ['0.00', 0],
    ['0.07', 7],
    ['19.99', 1999],
    // 1.15 * 100 is 114.99999999999999 as a float.
    ['1.15', 115],
    ['9999999999999.99', 999_999_999_999_999],
  ])('%s is %i', (text, minor) => expect(minorOf(text)).toBe(minor));

  it.each(['', '19', '19.9', '19.999', '-1.00', '1e3.00', ' 1.00', '1,00', 19.99, null, undefined])(
    '%s is no amount',
    (value) => expect(minorOf(value)).toBeNull(),
  );
});
