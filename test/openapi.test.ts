import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problems } from '../src/api-problems.ts';
import type { ReleaseName } from '../src/releases.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { type Document, documentOf, fits, resolve, responseOf } from './support/document.ts';
import { createWorld, openService, type TestService, type World } from './support/service.ts';
import type { SchemaPoint } from './support/template.ts';

const releases: readonly { release: ReleaseName; schema: SchemaPoint }[] = [
  { release: '1.0', schema: 'baseline' },
  { release: '3.0', schema: 'relaxed' },
  { release: '5.0', schema: '5.0' },
  { release: '7.0', schema: '7.0' },
];

const everyRoute = [400, 405, 408, 431, 500];
const api = [...everyRoute, 503];
const signedIn = [...api, 401, 403, 429];
const byId = [...signedIn, 404, 414];
const post = [409, 413, 415, 422];

const statuses: Readonly<Record<string, readonly number[]>> = {
  livez: [200, ...everyRoute],
  readyz: [200, 503, ...everyRoute],
  startupz: [200, 503, ...everyRoute],
  metrics: [200, ...everyRoute],
  listProducts: [200, ...api],
  readProduct: [200, 404, 414, ...api],
  placeOrder: [201, ...signedIn, ...post],
  listOrders: [200, ...signedIn],
  readOrder: [200, ...byId],
  cancelOrder: [200, ...byId, ...post],
  payOrder: [201, ...byId, ...post],
  readPayment: [200, ...byId],
  refundPayment: [201, ...byId, ...post],
};

describe.each(releases)('the document of release $release', ({ release, schema }) => {
  let world: World;
  let database: TestDatabase;
  let service: TestService;
  let document: Document;

  beforeAll(async () => {
    world = await createWorld();
    database = await cloneDatabase(schema);
    service = await openService(world, database.url, release);
    document = await documentOf(service.url);
  });

  afterAll(async () => {
    await service.close();
    await database.drop();
    await world.close();
  });

  const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path));
  const responses = () =>
    operations().flatMap((operation) =>
      Object.entries(operation.responses).map(([status, response]) => ({
        status: Number(status),
        ...resolve(document, response),
      })),
    );
  const operationOf = (id: string) => {
    const found = operations().find(({ operationId }) => operationId === id);
    if (found === undefined) throw new Error(`no operation ${id}`);
    return found;
  };

  it('has every operation with every status that it can end in', () => {
    expect(document.openapi).toBe('3.1.0');
    const found = operations().map(({ operationId, responses }) => [
      operationId,
      Object.keys(responses).map(Number),
    ]);
    const wanted = Object.entries(statuses).map(([id, all]) => [id, all.toSorted((a, b) => a - b)]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    for (const { summary, tags } of operations()) expect([summary, tags]).not.toContain(undefined);
  });

  it('lists every code of the table in an answer with its status', () => {
    const listed = responses().flatMap(({ status, content }) => {
      const { schema = {} } = content['application/problem+json'] ?? {};
      const { properties } = schema as { properties?: { code: { enum: string[] } } };
      return properties?.code.enum.map((code) => `${status} ${code}`) ?? [];
    });
    const table = Object.entries(problems).map(([code, { status }]) => `${status} ${code}`);
    expect(new Set(listed)).toEqual(new Set(table));
  });

  it('names the headers of every answer, and those that a status asks for', () => {
    const headers = {
      401: 'www-authenticate',
      405: 'allow',
      429: 'ratelimit-limit',
      503: 'retry-after',
    };
    for (const { status, headers: found, content } of responses()) {
      expect(found).toHaveProperty('x-release');
      const asked = headers[status as keyof typeof headers];
      if (asked === undefined || content['application/problem+json'] === undefined) continue;
      expect(found[asked]).toEqual({ $ref: `#/components/headers/${asked}` });
    }
  });

  it('refers to nothing that is not there, and describes no schema twice', () => {
    const text = JSON.stringify(document);
    for (const [, $ref = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) resolve(document, { $ref });
    for (const name of Object.keys(document.components.schemas ?? {})) {
      expect(text.split(`"title":"${name}"`).length).toBeLessThanOrEqual(2);
    }
    expect(text).not.toContain('x-extras');
  });

  it('has examples that fit their schemas, and that work', async () => {
    const bodies = operations().flatMap(({ requestBody }) =>
      Object.values(requestBody?.content ?? {}),
    );
    expect(bodies.length).toBeGreaterThan(0);
    for (const { schema, example } of bodies) expect(fits(document, schema, example)).toBe(true);
    const [order, payment] = ['placeOrder', 'payOrder'].map(
      (id) => operationOf(id).requestBody?.content['application/json']?.example as object,
    );
    const alice = await service.as('alice');
    const placed = await alice.post('/v1/orders', order ?? {}).expect(201);
    await alice.post(`/v1/orders/${placed.body.id}/payments`, payment ?? {}).expect(201);
  });

  it('describes what is answered, whole, whether it was serialised now or stored before', async () => {
    const alice = await service.as('alice');
    const items = [{ sku: 'mug', quantity: 1 }];
    const shippingAddress = '12 High Street, SW1A 1AA, London, GB';
    const placed = await alice.post('/v1/orders', { items, shippingAddress }).expect(201);
    const path = `/v1/orders/${placed.body.id}`;
    const read = await alice.get(path).expect(200);
    const paid = await alice.post(`${path}/payments`, { token: 'tok_visa' }).expect(201);
    const payment = await alice.get(`/v1/payments/${paid.body.id}`).expect(200);
    expect(read.body).toEqual(placed.body);
    expect(payment.body).toEqual(paid.body);
    const answers = [
      ['placeOrder', placed],
      ['readOrder', read],
      ['payOrder', paid],
      ['readPayment', payment],
      ['listOrders', await alice.get('/v1/orders').expect(200)],
      ['listProducts', await alice.get('/v1/products').expect(200)],
      ['readProduct', await alice.get('/v1/products/mug').expect(200)],
      ['readyz', await alice.get('/readyz').expect(200)],
      ['placeOrder', await alice.post('/v1/orders', {}).expect(400)],
      ['cancelOrder', await alice.post(`${path}/cancel`, {}).expect(409)],
    ] as const;
    for (const [id, { status, type, body, headers }] of answers) {
      const response = responseOf(document, operationOf(id), status);
      expect(fits(document, response.content[type]?.schema ?? {}, body), id).toBe(true);
      const certain = Object.entries(response.headers).filter(([, header]) => '$ref' in header);
      for (const [name] of certain) expect(headers, id).toHaveProperty(name);
    }
  });

  it('the proof can fail: a field more, a field less, another code', () => {
    const { schema = {} } =
      responseOf(document, operationOf('listOrders'), 200).content['application/json'] ?? {};
    expect(fits(document, schema, { orders: [], next: null })).toBe(true);
    expect(fits(document, schema, { orders: [], next: null, total: 0 })).toBe(false);
    expect(fits(document, schema, { orders: [] })).toBe(false);
    expect(fits(document, schema, { orders: [{}], next: null })).toBe(false);
  });
});
