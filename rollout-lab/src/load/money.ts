/** The only currency of the load, with two decimals. */
export const CURRENCY = 'USD';

/** '19.99' to 1999, digit by digit and never through a float; null for any other form. */
export function minorOf(decimal: unknown): number | null {
  // 13 + 2 digits stay below 2^53.
  const digits = typeof decimal === 'string' && /^(\d{1,13})\.(\d{2})$/.exec(decimal);
  return digits ? Number(`${digits[1]}${digits[2]}`) : null;
}
