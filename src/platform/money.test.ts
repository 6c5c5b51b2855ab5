import { describe, expect, it } from 'vitest';
import { decimalsOf, maxMinor, toDecimal } from './money.ts';

describe('toDecimal', () => {
  const amounts: readonly [number, string, string][] = [
    [0, 'USD', '0.00'],
    [1, 'USD', '0.01'],
    [10, 'USD', '0.10'],
    [1999, 'USD', '19.99'],
    [-1, 'USD', '-0.01'],
    [-1999, 'USD', '-19.99'],
    [maxMinor, 'USD', '9999999999.99'],
    [-maxMinor, 'USD', '-9999999999.99'],
    [0, 'JPY', '0'],
    [1, 'JPY', '1'],
    [-1500, 'JPY', '-1500'],
    [maxMinor, 'JPY', '999999999999'],
    [0, 'KWD', '0.000'],
    [1, 'KWD', '0.001'],
    [6125, 'KWD', '6.125'],
    [-6125, 'KWD', '-6.125'],
    [maxMinor, 'KWD', '999999999.999'],
  ];
  it.each(amounts)('writes %i minor units of %s as %s', (minor, currency, decimal) => {
    expect(toDecimal({ minor, currency })).toBe(decimal);
  });

  it('refuses a currency whose decimals it does not know', () => {
    expect(() => toDecimal({ minor: 1, currency: 'XXX' })).toThrow(RangeError);
    expect(() => decimalsOf('usd')).toThrow('no decimals known for currency usd');
  });
});
