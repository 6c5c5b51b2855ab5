import { Type } from 'typebox';
import { closed, Id, NextCursor, oneOf, Sku, Time } from '../platform/http/http.ts';
import { decimalSchema, MoneySchema } from '../platform/money.ts';
import type { Release } from '../releases.ts';
import { toldAddress, wantedAddress } from './address.ts';
import { orderStatuses } from './order.ts';
import type { orderOnWire } from './wire.ts';

const maxLines = 50;
const maxQuantity = 1_000;
const maxPage = 100;

/** Two forms of one address could say two different things. */
const onlyOneAddress = {
  not: { required: ['shippingAddress', 'shipTo'] },
  description: 'An order, with its address in one of the two forms.',
};

/** Body and answers of the order routes, for what a release accepts and tells. */
export function orderSchemas(release: Release) {
  const minor = release.answersMinorUnits;
  const decimal = decimalSchema(minor);
  const Item = Type.Object(
    {
      sku: Type.String(),
      quantity: Type.Integer({ minimum: 1, maximum: maxQuantity }),
      unitPrice: decimal,
      ...(minor && { unitAmount: MoneySchema }),
    },
    { ...closed, title: 'OrderItem' },
  );
  const Order = Type.Unsafe<ReturnType<typeof orderOnWire>>(
    Type.Object(
      {
        id: Id,
        status: oneOf(orderStatuses),
        total: decimal,
        ...(minor && { amount: MoneySchema }),
        items: Type.Array(Item, { minItems: 1, maxItems: maxLines }),
        ...toldAddress(release),
        createdAt: Time,
      },
      { ...closed, title: 'Order', description: 'An order.' },
    ),
  );
  const NewOrder = Type.Object(
    {
      items: Type.Array(
        Type.Object(
          {
            sku: Sku,
            quantity: Type.Integer({ minimum: 1, maximum: maxQuantity }),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: maxLines },
      ),
      currency: Type.Optional(Type.Enum([...release.currencies])),
      ...wantedAddress(release),
    },
    {
      ...closed,
      title: 'NewOrder',
      ...(release.answersShipTo && onlyOneAddress),
      examples: [
        {
          items: [{ sku: 'mug', quantity: 2 }],
          shippingAddress: '12 High Street, SW1A 1AA, London, GB',
        },
      ],
    },
  );
  const Page = Type.Object(
    { orders: Type.Array(Order, { maxItems: maxPage }), next: NextCursor },
    { ...closed, title: 'OrderPage', description: 'Orders, newest first.' },
  );
  return { Order, NewOrder, Page };
}

export const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9]\\d?|100)$', description: `1 to ${maxPage}, default 20.` }),
    ),
  },
  { additionalProperties: false },
);

const defaultPage = 20;

export function limitOf(query: { limit?: string }): number {
  return query.limit === undefined ? defaultPage : Number(query.limit);
}

/** The cursor of the page after an order: its id, shorter and not to be taken apart. */
export function cursorAfter(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The order that a cursor of 22 base64url characters stands for. */
export function orderOfCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
