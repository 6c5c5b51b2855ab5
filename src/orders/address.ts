import { Type } from 'typebox';
import { closed } from '../platform/http/http.ts';
import type { Release } from '../releases.ts';

/** Where an order is sent. */
export interface ShipTo {
  readonly street: string;
  readonly postcode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** Characters that a part may have: none that PostgreSQL cannot hold, no line breaks. */
const anything = '[^\\x00-\\x1f\\x7f]';
/** And not what separates the parts of the text. */
const noComma = '[^,\\x00-\\x1f\\x7f]';
const alpha2 = '[A-Z]{2}';

/** Longest of street and city, in characters. */
const longestName = 100;
const longestPostcode = 16;

const separator = ', ';

function wantedText(deprecated: boolean) {
  const lengths = [longestName, longestPostcode, longestName];
  const parts = [...lengths.map((longest) => `${noComma}{1,${longest}}`), alpha2];
  return Type.String({
    maxLength: 2 * longestName + longestPostcode + ', , , GB'.length,
    pattern: `^${parts.join(separator)}$`,
    description:
      'Where to send it: "street, postcode, city, country", without other commas; the country by ISO 3166-1 alpha-2.',
    ...(deprecated && { deprecated }),
  });
}

function wantedShipTo(character: string) {
  const part = (maxLength: number) =>
    Type.String({ minLength: 1, maxLength, pattern: `^${character}*$` });
  return Type.Object(
    {
      street: part(longestName),
      postcode: part(longestPostcode),
      city: part(longestName),
      country: Type.String({ pattern: `^${alpha2}$`, description: 'ISO 3166-1 alpha-2.' }),
    },
    { ...closed, title: 'NewShipTo', description: 'Where to send it.' },
  );
}

/** Fields of a body that places an order. */
export function wantedAddress(release: Release) {
  const text = { shippingAddress: Type.Optional(wantedText(release.answersShipTo)) };
  const shipTo = wantedShipTo(release.takesCommas ? anything : noComma);
  const either = { ...text, shipTo: Type.Optional(shipTo) };
  return release.answersShipTo ? either : (text as typeof either);
}

const ShipToSchema = Type.Object(
  { street: Type.String(), postcode: Type.String(), city: Type.String(), country: Type.String() },
  { ...closed, title: 'ShipTo', description: 'Where it is sent.' },
);

/** Fields of an order that is answered. A release after this one may store what this one refuses. */
export function toldAddress({ answersShipTo }: Release) {
  const text = Type.String({
    description: 'Where it is sent: "street, postcode, city, country".',
    ...(answersShipTo && { deprecated: true }),
  });
  return {
    shippingAddress: Type.Optional(text),
    ...(answersShipTo && { shipTo: Type.Optional(ShipToSchema) }),
  };
}

/**
 * Where an order is to be sent, in whichever form; null: nowhere. Half a character is answered as it
 * will be stored, which is as U+FFFD: the database takes whole ones only.
 */
export function shipToOf(body: {
  readonly shippingAddress?: string;
  readonly shipTo?: ShipTo;
}): ShipTo | null {
  const { shippingAddress, shipTo } = body;
  if (shipTo !== undefined) return wellFormed(shipTo);
  if (shippingAddress === undefined) return null;
  const [street = '', postcode = '', city = '', country = ''] = shippingAddress.split(separator);
  return wellFormed({ street, postcode, city, country });
}

function wellFormed({ street, postcode, city, country }: ShipTo): ShipTo {
  return {
    street: street.toWellFormed(),
    postcode: postcode.toWellFormed(),
    city: city.toWellFormed(),
    country,
  };
}

/** Fields of an order on the wire: the text stays for clients of older releases. */
export function addressOnWire(shipTo: ShipTo | null, { answersShipTo }: Release) {
  if (shipTo === null) return {};
  const { street, postcode, city, country } = shipTo;
  const shippingAddress = [street, postcode, city, country].join(separator);
  return { shippingAddress, ...(answersShipTo && { shipTo }) };
}
