import { Type } from 'typebox';

/** An amount in the currency's smallest unit: cents for USD, yen for JPY, fils for KWD. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export const MoneySchema = Type.Object(
  {
    minor: Type.Integer({ description: 'Amount in the smallest unit of the currency.' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 code.' }),
  },
  { title: 'Money', additionalProperties: false },
);

/** An amount as it was told before release 2.0, for what a release answers. */
export function decimalSchema(deprecated: boolean) {
  return Type.String({
    pattern: '^\\d+(\\.\\d+)?$',
    description: 'Decimal amount. Deprecated from release 2.0 on: see the field with minor units.',
    ...(deprecated && { deprecated }),
  });
}

/** Decimals of each currency, from ISO 4217 (list one, column "minor unit"). */
const decimals = new Map([
  ['USD', 2],
  ['EUR', 2],
  ['JPY', 0],
  ['KWD', 3],
]);

/**
 * The largest total of an order, in minor units: what NUMERIC(12,2) can hold, kept for every
 * release so that none accepts what another one could not store.
 */
export const maxMinor = 999_999_999_999;

/** @throws {RangeError} for a currency that is not in the table. */
export function decimalsOf(currency: string): number {
  const found = decimals.get(currency);
  if (found === undefined) throw new RangeError(`no decimals known for currency ${currency}`);
  return found;
}

/**
 * The minor units that a decimal text stands for, exact by its digits: "19.99" USD is 1999. Null for
 * what is no amount of the currency: no plain decimal, finer than its smallest unit, or too large.
 */
export function minorOf(decimal: string, currency: string): number | null {
  const places = decimalsOf(currency);
  const [, whole, fraction = ''] = /^(\d{1,13})(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (whole === undefined || fraction.length > places) return null;
  const minor = Number(whole + fraction.padEnd(places, '0'));
  return minor <= maxMinor ? minor : null;
}

/** The amount as a decimal string, exact by arithmetic on digits: 1999 USD is "19.99". */
export function toDecimal({ minor, currency }: Money): string {
  const places = decimalsOf(currency);
  const sign = minor < 0 ? '-' : '';
  const digits = String(Math.abs(minor)).padStart(places + 1, '0');
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
