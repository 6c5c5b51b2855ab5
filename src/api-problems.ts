import type { RouteOptions } from 'fastify';
import type { ProblemTable } from './platform/openapi/openapi-problems.ts';

/** Every `code` that a caller can be told. A test holds it equal to what the code can throw. */
export const problems: ProblemTable = {
  'bad-request': { status: 400, means: 'This is no request that an HTTP server can read.' },
  'invalid-url': { status: 400, means: 'The path has a percent sign that escapes nothing.' },
  'invalid-json': { status: 400, means: 'The body is no JSON.' },
  'invalid-request': { status: 400, means: 'A field is not valid; `errors` names each.' },
  unauthorized: { status: 401, means: 'No valid token.', headers: ['www-authenticate'] },
  'missing-scope': { status: 403, means: 'The token lacks a scope.' },
  'route-not-found': { status: 404, means: 'There is no such path.' },
  'product-not-found': { status: 404, means: 'There is no such product.' },
  'order-not-found': { status: 404, means: 'There is no such order, or it is somebody else’s.' },
  'payment-not-found': {
    status: 404,
    means: 'There is no such payment, or it is somebody else’s.',
  },
  'refund-not-found': { status: 404, means: 'The refund that the key stands for is not there.' },
  'method-not-allowed': {
    status: 405,
    means: 'The path knows other methods; they are in `Allow`.',
    headers: ['allow'],
  },
  'request-timeout': { status: 408, means: 'The request did not arrive in time.' },
  'request-in-progress': {
    status: 409,
    means: 'The first request with this Idempotency-Key is not finished.',
    headers: ['retry-after'],
  },
  'out-of-stock': { status: 409, means: 'There is not as much of it; nothing was ordered.' },
  'order-not-payable': { status: 409, means: 'It is paid, being paid or cancelled.' },
  'order-not-cancellable': { status: 409, means: 'It is paid, being paid or cancelled.' },
  'payment-not-refundable': {
    status: 409,
    means: 'It is not captured, or nothing of it is left to give back.',
  },
  'body-too-large': { status: 413, means: 'The body is larger than 64 KiB.' },
  'url-too-long': { status: 414, means: 'A part of the path is longer than 100 characters.' },
  'unsupported-media-type': {
    status: 415,
    means: 'The body is said to be something else than JSON.',
  },
  'idempotency-key-reused': {
    status: 422,
    means: 'The Idempotency-Key stands for another method, path or body.',
  },
  'unknown-sku': { status: 422, means: 'The catalogue has no such product in this currency.' },
  'total-too-large': { status: 422, means: 'The items add up to more than an order may hold.' },
  'card-token-refused': { status: 422, means: 'The gateway does not know the card token.' },
  'refund-amount-invalid': {
    status: 422,
    means: 'This is no amount of the currency that was paid in.',
  },
  'refund-too-large': { status: 422, means: 'There is not as much left of the payment.' },
  'refund-refused': { status: 422, means: 'The gateway has refused it; nothing was given back.' },
  'too-many-requests': {
    status: 429,
    means: 'The customer has sent enough for now; nothing was done.',
    headers: ['retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
  },
  'request-header-fields-too-large': { status: 431, means: 'The headers are larger than 16 KiB.' },
  'internal-error': { status: 500, means: 'Our fault; the request id finds it in our logs.' },
  'temporarily-unavailable': {
    status: 503,
    means: 'Repeat with the same Idempotency-Key.',
    headers: ['retry-after'],
  },
  overloaded: {
    status: 503,
    means: 'There is too much to do; nothing was done.',
    headers: ['retry-after'],
  },
  'payment-pending': {
    status: 503,
    means: 'The gateway gave no answer. Repeat with the same Idempotency-Key: nobody pays twice.',
    headers: ['retry-after'],
  },
  'refund-pending': {
    status: 503,
    means: 'The gateway gave no answer. Repeat with the same Idempotency-Key: it happens once.',
    headers: ['retry-after'],
  },
  'gateway-unavailable': {
    status: 503,
    means: 'The gateway does not answer for a while; it was not asked, and nothing was begun.',
    headers: ['retry-after'],
  },
};

interface Kind {
  readonly is: (route: RouteOptions) => boolean;
  readonly problems: readonly string[];
}

/** What a route can end in by its kind; what it alone can end in stands in its `config.problems`. */
const kinds: readonly Kind[] = [
  {
    is: () => true,
    problems: [
      'bad-request',
      'method-not-allowed',
      'request-timeout',
      'request-header-fields-too-large',
      'internal-error',
    ],
  },
  { is: ({ url }) => url.startsWith('/v1/'), problems: ['temporarily-unavailable', 'overloaded'] },
  {
    is: ({ schema = {} }) => Boolean(schema.params ?? schema.querystring ?? schema.headers),
    problems: ['invalid-request'],
  },
  {
    is: ({ schema }) => schema?.params !== undefined,
    problems: ['invalid-url', 'url-too-long', 'route-not-found'],
  },
  {
    is: ({ config }) => config?.scope !== undefined,
    problems: ['unauthorized', 'missing-scope', 'too-many-requests'],
  },
  // Also where no body is asked for: what is sent is read.
  {
    is: ({ method }) => method === 'POST',
    problems: ['invalid-json', 'body-too-large', 'unsupported-media-type'],
  },
  {
    is: ({ schema }) => schema?.headers !== undefined,
    problems: ['idempotency-key-reused', 'request-in-progress'],
  },
];

/** The codes that a route can end in by its kind. */
export function impliedProblems(route: RouteOptions): string[] {
  return kinds.filter(({ is }) => is(route)).flatMap((kind) => kind.problems);
}
