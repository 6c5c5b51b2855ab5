import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import { Type } from 'typebox';

/** The application, with request types taken from the routes' schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Text of 1 to `maxLength` characters that PostgreSQL can hold: it knows no NUL. */
export function storableText(maxLength: number, description: string) {
  return Type.String({ minLength: 1, maxLength, pattern: '^[^\\x00]*$', description });
}

export const Sku = storableText(64, 'Names a product.');

/** Header of every POST: what makes a repeated request the same request. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: '^[\\x21-\\x7e]+$',
    description: 'Any unique text, a UUID for example. The same key gives the same answer again.',
  }),
});

const uuid = {
  format: 'uuid',
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
} as const;

export const IdParams = Type.Object({ id: Type.String({ ...uuid, description: 'A UUID.' }) });

/** In answers: what an order, a payment or a refund is known by. */
export const Id = Type.String(uuid);

/** In answers: a time, ISO 8601 in UTC to the millisecond. */
export const Time = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
});

/** In answers: one of a few words. With its type the serialiser need not find it out each time. */
export function oneOf<const T extends string>(words: readonly T[]) {
  return Type.Unsafe<T>({ type: 'string', enum: words });
}

/** In answers: the cursor of the next page. A list of types is serialised faster than a union. */
export const NextCursor = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'Cursor of the next page; null: this is the last one.',
});

/** Of an answer's schema: it says all that is sent. */
export const closed = { additionalProperties: false } as const;

/** Sends an answer that is text already, exactly as it was when it was first given. */
export function sendStored(
  reply: FastifyReply,
  answer: { status: number; body: string; replayed: boolean },
): FastifyReply {
  if (answer.replayed) reply.header('idempotency-replayed', 'true');
  const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
  return reply.status(answer.status).type(`${type}; charset=utf-8`).send(answer.body);
}
