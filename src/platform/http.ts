import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import { type TSchema, Type } from 'typebox';
import { ProblemDocument } from './problems.ts';

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

export const IdParams = Type.Object({
  id: Type.String({
    pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
    description: 'A UUID.',
  }),
});

const problemTexts: Readonly<Record<number, string>> = {
  400: 'The request is not valid.',
  401: 'No valid token.',
  403: 'The token lacks a scope.',
  404: 'Not there, or somebody else’s.',
  409: 'Not possible in the present state, or the first request is still in progress.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'Understood, but it cannot be done.',
  500: 'Our fault.',
  503: 'Temporarily unavailable; repeat with the same Idempotency-Key.',
};

const everywhere = [400, 500, 503];

/** Answers of a route for its schema: the good one, and the problems that it can end in. */
export function answers(status: 200 | 201, schema: TSchema, problems: readonly number[]) {
  const documents = [...everywhere, ...problems].map((code) => [
    code,
    {
      description: problemTexts[code] ?? 'Problem',
      content: { 'application/problem+json': { schema: ProblemDocument } },
    },
  ]);
  return { [status]: schema, ...Object.fromEntries(documents) };
}

/** Sends an answer that is text already, exactly as it was when it was first given. */
export function sendStored(
  reply: FastifyReply,
  answer: { status: number; body: string; replayed: boolean },
): FastifyReply {
  if (answer.replayed) reply.header('idempotency-replayed', 'true');
  const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
  return reply.status(answer.status).type(`${type}; charset=utf-8`).send(answer.body);
}
