import { Type } from 'typebox';
import { Sku } from '../platform/http.ts';
import { MoneySchema } from '../platform/money.ts';
import type { Release } from '../releases.ts';

const maxLines = 50;
const maxQuantity = 1_000;
const maxPage = 100;

const decimal = Type.String({
  pattern: '^\\d+(\\.\\d+)?$',
  description: 'Decimal amount. Deprecated from release 2.0 on: see the field with minor units.',
});

/** Body and answers of the order routes, for what a release accepts and tells. */
export function orderSchemas(release: Release) {
  const minor = release.answersMinorUnits;
  const Item = Type.Object({
    sku: Type.String(),
    quantity: Type.Integer(),
    unitPrice: decimal,
    ...(minor && { unitAmount: MoneySchema }),
  });
  const Order = Type.Object({
    id: Type.String(),
    status: Type.Enum(['placed', 'paid', 'cancelled']),
    total: decimal,
    ...(minor && { amount: MoneySchema }),
    items: Type.Array(Item),
    createdAt: Type.String(),
  });
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
    },
    { additionalProperties: false },
  );
  const Page = Type.Object({
    orders: Type.Array(Order),
    next: Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page.' }),
  });
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
