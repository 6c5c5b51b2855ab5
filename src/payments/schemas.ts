import { Type } from 'typebox';
import { closed, Id, oneOf, storableText, Time } from '../platform/http/http.ts';
import { decimalSchema, MoneySchema, maxMinor } from '../platform/money.ts';
import type { Release } from '../releases.ts';
import type { paymentOnWire } from './wire.ts';

const WantedAmount = Type.Object(
  {
    minor: Type.Integer({ minimum: 1, maximum: maxMinor }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'That of the payment.' }),
  },
  { ...closed, title: 'WantedAmount' },
);

/** Bodies and answers of the payment routes, for what a release accepts and tells. */
export function paymentSchemas(release: Release) {
  const minor = release.answersMinorUnits;
  const decimal = decimalSchema(minor);
  const Payment = Type.Unsafe<ReturnType<typeof paymentOnWire>>(
    Type.Object(
      {
        id: Id,
        orderId: Id,
        status: oneOf(['pending', 'captured', 'declined']),
        total: decimal,
        refunded: decimal,
        ...(minor && { amount: MoneySchema, refundedAmount: MoneySchema }),
        createdAt: Time,
      },
      { ...closed, title: 'Payment', description: 'A payment.' },
    ),
  );
  const NewPayment = Type.Object(
    { token: storableText(64, 'Card token.') },
    { ...closed, title: 'NewPayment', examples: [{ token: 'tok_visa' }] },
  );
  const Refund = Type.Object(
    {
      id: Id,
      paymentId: Id,
      status: oneOf(['pending', 'succeeded', 'failed']),
      total: decimal,
      ...(minor && { amount: MoneySchema }),
      createdAt: Time,
    },
    { ...closed, title: 'Refund', description: 'A refund.' },
  );
  const total = Type.String({
    maxLength: 20,
    pattern: '^\\d+(\\.\\d+)?$',
    description: 'A decimal amount in the currency of the payment.',
    ...(minor && { deprecated: true }),
  });
  const refundOptions = {
    ...closed,
    title: 'NewRefund',
    examples: [{}],
    maxProperties: 1,
    description: 'How much to give back; without an amount all that is left.',
  };
  const decimalOnly = { total: Type.Optional(total) };
  const either = { ...decimalOnly, amount: Type.Optional(WantedAmount) };
  const NewRefund = Type.Object(minor ? either : (decimalOnly as typeof either), refundOptions);
  return { Payment, NewPayment, Refund, NewRefund };
}
