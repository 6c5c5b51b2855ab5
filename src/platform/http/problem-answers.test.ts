import Fastify, { type FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerProblem, registerProblems } from './problem-answers.ts';
import { type FieldError, NotFoundProblem, Problem } from './problems.ts';

class TeapotProblem extends Problem {
  readonly status = 418;
  readonly code = 'teapot';
  readonly title = 'Teapot';
  override readonly errors: readonly FieldError[] = [{ field: '/pot', message: 'is not a cup' }];
  override readonly retryAfterSeconds = 7;
}

const Body = Type.Object(
  {
    items: Type.Array(
      Type.Object({ quantity: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    ),
    currency: Type.Optional(Type.Enum(['USD', 'EUR'])),
  },
  { additionalProperties: false },
);
const Headers = Type.Object({ 'idempotency-key': Type.String({ minLength: 1 }) });
const Query = Type.Object({ limit: Type.Optional(Type.String({ pattern: '^\\d$' })) });

let thrown: unknown;
let app: FastifyInstance;

beforeEach(() => {
  app = Fastify({
    bodyLimit: 200,
    frameworkErrors: answerProblem,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  });
  registerProblems(app);
  app.post('/orders', { schema: { body: Body, headers: Headers } }, async () => ({}));
  app.get('/orders', { schema: { querystring: Query } }, async () => ({}));
  app.get('/orders/:id', async () => ({}));
  app.get('/throw', async () => {
    throw thrown;
  });
});
afterEach(() => app.close());

async function post(payload: object | string, headers: Record<string, string> = {}) {
  const type = { 'content-type': 'application/json', 'idempotency-key': 'k' };
  const answer = await app.inject({
    method: 'POST',
    url: '/orders',
    headers: { ...type, ...headers },
    payload,
  });
  return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() };
}

async function whenThrown(error: unknown) {
  thrown = error;
  return app.inject('/throw');
}

describe('a request that is not valid', () => {
  const wrong: readonly [object, string, string][] = [
    [{ items: [{ quantity: 1 }, { quantity: 0 }] }, '/items/1/quantity', 'must be >= 1'],
    [{ items: [{ quantity: '3' }] }, '/items/0/quantity', 'must be integer'],
    [{ items: [{}] }, '/items/0/quantity', 'is required'],
    [{ items: [{ quantity: 1, price: 1 }] }, '/items/0/price', 'is not a known field'],
    [{}, '/items', 'is required'],
    [{ items: [], colour: 'red' }, '/colour', 'is not a known field'],
    [{ items: [], currency: 'JPY' }, '/currency', 'must be one of USD, EUR'],
    [[], '/', 'must be object'],
  ];
  it.each(wrong)('%j: names the field %s', async (payload, field, message) => {
    const answer = await post(payload);
    expect(answer).toMatchObject({ status: 400, type: expect.stringMatching(/^application\/pr/) });
    expect(answer.body).toMatchObject({
      type: 'https://scaleretail.example/problems/invalid-request',
      title: 'Invalid request',
      status: 400,
      code: 'invalid-request',
      detail: `The body is not valid: ${field} ${message}.`,
      errors: [{ field, message }],
    });
    expect(answer.body.requestId).toEqual(expect.any(String));
  });

  it('names every field that is wrong', async () => {
    const { body } = await post({ items: [{ quantity: 0 }, { quantity: 1.5 }], colour: 'red' });
    expect(body.errors.map(({ field }: FieldError) => field).toSorted()).toEqual([
      '/colour',
      '/items/0/quantity',
      '/items/1/quantity',
    ]);
  });

  it('names headers and parameters as they are called', async () => {
    const key = await post({ items: [] }, { 'idempotency-key': '' });
    expect(key.body.errors).toMatchObject([{ field: 'idempotency-key' }]);
    const missing = await app.inject({ method: 'POST', url: '/orders', payload: { items: [] } });
    expect(missing.json().errors).toEqual([{ field: 'idempotency-key', message: 'is required' }]);
    const limit = await app.inject('/orders?limit=ten');
    expect(limit.json().errors).toMatchObject([{ field: 'limit' }]);
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['{"items":', 'application/json', 400, 'invalid-json'],
    ['', 'application/json', 400, 'invalid-json'],
    ['{"__proto__":{},"items":[]}', 'application/json', 400, 'invalid-json'],
    [`{"items":["${'x'.repeat(200)}"]}`, 'application/json', 413, 'body-too-large'],
    ['<items/>', 'application/xml', 415, 'unsupported-media-type'],
  ])('%s as %s: %i %s', async (payload, type, status, code) => {
    const answer = await post(payload, { 'content-type': type });
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.type).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['/nothing?token=secret', 404, 'route-not-found'],
    ['/orders/%zz', 400, 'invalid-url'],
    [`/orders/${'x'.repeat(101)}`, 414, 'url-too-long'],
  ])('%s: %i %s', async (url, status, code) => {
    const answer = await app.inject(url);
    expect(answer.json()).toMatchObject({ status, code, requestId: expect.any(String) });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).not.toContain('secret');
  });

  it('and has no route: that is what is told, whatever its body', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'DELETE', url: '/nothing', headers, payload: '{' });
    expect(answer.json()).toMatchObject({ status: 404, code: 'route-not-found' });
  });
});

describe('a failure', () => {
  it('of a known kind is told with its own status, code and data', async () => {
    const answer = await whenThrown(new TeapotProblem('No coffee.'));
    expect(answer.statusCode).toBe(418);
    expect(answer.headers['retry-after']).toBe('7');
    expect(answer.json()).toMatchObject({
      type: 'https://scaleretail.example/problems/teapot',
      title: 'Teapot',
      status: 418,
      code: 'teapot',
      detail: 'No coffee.',
      errors: [{ field: '/pot', message: 'is not a cup' }],
    });
    expect(answer.json()).not.toHaveProperty('retryAfterSeconds');
    const lost = await whenThrown(new NotFoundProblem('order', '7'));
    expect(lost.json()).toMatchObject({ status: 404, code: 'order-not-found' });
    expect(lost.json()).not.toHaveProperty('errors');
  });

  it('that nobody expected is 500 and says nothing of itself', async () => {
    const answer = await whenThrown(new Error('secret'));
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal-error' });
    expect(answer.body).not.toContain('secret');
    expect((await whenThrown(null)).json()).toMatchObject({ code: 'internal-error' });
  });

  it('of the database is 503 with Retry-After', async () => {
    const answer = await whenThrown(Object.assign(new Error('secret'), { code: '57P01' }));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ status: 503, code: 'temporarily-unavailable' });
    expect(answer.body).not.toContain('secret');
  });
});
