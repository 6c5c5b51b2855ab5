import { Type } from 'typebox';

/** Text without a comma, which separates the parts, and without what PostgreSQL cannot hold. */
const part = (longest: number) => `[^,\\x00-\\x1f\\x7f]{1,${longest}}`;

/** Longest of street and city, in characters. */
const longestName = 100;
const longestPostcode = 16;

/** In orders: four parts, each of them there, so that it can be taken apart and put together again. */
export const WantedAddress = Type.String({
  maxLength: 2 * longestName + longestPostcode + ', , , GB'.length,
  pattern: `^${[part(longestName), part(longestPostcode), part(longestName), '[A-Z]{2}'].join(', ')}$`,
  description:
    'Where to send it: "street, postcode, city, country", without other commas; the country by ISO 3166-1 alpha-2.',
});

/** In answers. */
export const ShippingAddress = Type.String({
  description: 'Where it is sent: "street, postcode, city, country".',
});

/**
 * Where an order is to be sent; null: nowhere. Half a character is answered as it will be stored,
 * which is as U+FFFD: the database takes whole ones only.
 */
export function addressOf(body: { readonly shippingAddress?: string }): string | null {
  return body.shippingAddress?.toWellFormed() ?? null;
}
