import { Type } from 'typebox';
import { storableText } from '../platform/http.ts';
import { MoneySchema, maxMinor } from '../platform/money.ts';
import type { Release } from '../releases.ts';

const decimal = Type.String({
  pattern: '^\\d+(\\.\\d+)?$',
  description: 'Decimal amount. Deprecated from release 2.0 on: see the field with minor units.',
});

const WantedAmount = Type.Object(
  {
    minor: Type.Integer({ minimum: 1, maximum: maxMinor }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'That of the payment.' }),
  },
  { additionalProperties: false },
);

/** Bodies and answers of the payment routes, for what a release accepts and tells. */
export function paymentSchemas(release: Release) {
  const minor = release.answersMinorUnits;
  const Payment = Type.Object({
    id: Type.String(),
    orderId: Type.String(),
    status: Type.Enum(['pending', 'captured', 'declined']),
    total: decimal,
    refunded: decimal,
    ...(minor && { amount: MoneySchema, refundedAmount: MoneySchema }),
    createdAt: Type.String(),
  });
  const NewPayment = Type.Object(
    { token: storableText(64, 'Card token.') },
    { additionalProperties: false },
  );
  const Refund = Type.Object({
    id: Type.String(),
    paymentId: Type.String(),
    status: Type.Enum(['pending', 'succeeded', 'failed']),
    total: decimal,
    ...(minor && { amount: MoneySchema }),
    createdAt: Type.String(),
  });
  const total = Type.String({
    maxLength: 20,
    pattern: '^\\d+(\\.\\d+)?$',
    description: 'A decimal amount in the currency of the payment.',
  });
  const refundOptions = {
    additionalProperties: false,
    maxProperties: 1,
    description: 'How much to give back; without an amount all that is left.',
  };
  const decimalOnly = { total: Type.Optional(total) };
  const either = { ...decimalOnly, amount: Type.Optional(WantedAmount) };
  const NewRefund = Type.Object(minor ? either : (decimalOnly as typeof either), refundOptions);
  return { Payment, NewPayment, Refund, NewRefund };
}
