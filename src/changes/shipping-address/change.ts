import type { Column, SchemaChange } from '../../schema-change/change.ts';

/** The parts of an address in the order in which the text has them, by the columns that hold them. */
export const addressColumns = [
  'ship_street',
  'ship_postcode',
  'ship_city',
  'ship_country',
] as const;

/** SQL for each part of an address. */
export type AddressExpression = Readonly<Record<(typeof addressColumns)[number], string>>;

/**
 * SQL for a part of the text `address`, counted from 1; '' where the text says that there is none.
 * What is not four parts has no place in the new shape: NULL, which `verify` finds.
 */
function partOf(address: string, part: number): string {
  const isWhole = `${address} ~ '^$|^[^,]+, [^,]+, [^,]+, [^,]+$'`;
  return `CASE WHEN ${isWhole} THEN split_part(${address}, ', ', ${part}) END`;
}

/** SQL for all parts of the text `address`. */
export function takenApart(address: string): AddressExpression {
  return {
    ship_street: partOf(address, 1),
    ship_postcode: partOf(address, 2),
    ship_city: partOf(address, 3),
    ship_country: partOf(address, 4),
  };
}

/**
 * SQL for the text of four parts. A comma within one has no place in the old shape: NULL, which the
 * column refuses. `||` and not `concat`, which would make '', an address that says "none", of NULLs.
 */
export function putTogether(address: AddressExpression): string {
  const { ship_street, ship_postcode, ship_city } = address;
  const parts = addressColumns.map((name) => address[name]).join(` || ', ' || `);
  return `CASE WHEN ${ship_street} = '' THEN ''
    WHEN strpos(${ship_street} || ${ship_postcode} || ${ship_city}, ',') = 0 THEN ${parts} END`;
}

const fromText = takenApart('shipping_address');
const newColumn = (name: keyof AddressExpression): Column => ({ name, from: fromText[name] });

/** Where an order is sent becomes four columns instead of one text. */
export const orderAddress = {
  table: 'orders',
  key: [{ name: 'id', type: 'uuid' }],
  old: [
    {
      name: 'shipping_address',
      from: putTogether({
        ship_street: 'ship_street',
        ship_postcode: 'ship_postcode',
        ship_city: 'ship_city',
        ship_country: 'ship_country',
      }),
    },
  ],
  new: [
    newColumn('ship_street'),
    newColumn('ship_postcode'),
    newColumn('ship_city'),
    newColumn('ship_country'),
  ],
} as const;

/** The address of an order is taken apart. */
export const shippingAddress = {
  name: 'shipping-address',
  flags: {
    dualWrite: 'orders.address-dual-write',
    readNew: 'orders.address-read-new',
    shadowCompare: 'orders.address-shadow-compare',
  },
  tables: [orderAddress],
} as const satisfies SchemaChange;
