import { describe, expect, it } from 'vitest';
import { decimalsOf, maxMinor, minorOf, toDecimal } from './money.ts';

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
    expect(() => toDecimal({ minor: 1, currency: 'XTS' })).toThrow(RangeError);
    expect(() => decimalsOf('usd')).toThrow('no decimals known for currency usd');
  });
});

describe('minorOf', () => {
  it.each([
    ['19.99', 'USD', 1999],
    ['19.9', 'USD', 1990],
    ['19', 'USD', 1900],
    ['0.07', 'USD', 7],
    ['007', 'USD', 700],
    ['300', 'JPY', 300],
    ['6.125', 'KWD', 6125],
    ['9999999999.99', 'USD', maxMinor],
  ])('%s %s is %d', (decimal, currency, minor) => {
    expect(minorOf(decimal, currency)).toBe(minor);
  });

  it.each([
    ['19.999', 'USD', 'finer than a cent'],
    ['19.990', 'USD', 'finer than a cent, if only in writing'],
    ['300.0', 'JPY', 'a fraction of a yen'],
    ['10000000000.00', 'USD', 'one cent beyond the largest'],
    ['99999999999999999999', 'JPY', 'beyond what a number holds exactly'],
    ['-1', 'USD', 'negative'],
    ['1e3', 'USD', 'no plain decimal'],
    ['.5', 'USD', 'without a digit before the point'],
    ['', 'USD', 'nothing'],
  ])('refuses %s %s: %s', (decimal, currency) => {
    expect(minorOf(decimal, currency)).toBeNull();
  });

  it('is the way back of toDecimal', () => {
    for (const currency of ['USD', 'JPY', 'KWD']) {
      for (const minor of [0, 1, 10, 999, 1999, 100_000, maxMinor]) {
        expect(minorOf(toDecimal({ minor, currency }), currency)).toBe(minor);
      }
    }
  });
});
