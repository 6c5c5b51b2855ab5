import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseName } from '../src/releases.ts';
import { type BadRequest, badRequests, line, order } from './support/bad-requests.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { createWorld, openService, type TestService, type World } from './support/service.ts';
import type { SchemaPoint } from './support/template.ts';

const releases: readonly { release: ReleaseName; schema: SchemaPoint }[] = [
  { release: '1.0', schema: 'baseline' },
  { release: '4.0', schema: 'contracted' },
  { release: '7.0', schema: '7.0' },
];

describe.each(releases)('bad input to release $release', ({ release, schema }) => {
  let world: World;
  let database: TestDatabase;
  let service: TestService;
  let good: Record<string, string>;
  let before: object;

  beforeAll(async () => {
    world = await createWorld();
    database = await cloneDatabase(schema);
    service = await openService(world, database.url, release);
    const authorization = `Bearer ${await world.tokens.sign('alice')}`;
    good = { authorization, 'content-type': 'application/json' };
    before = await stored();
  });

  afterAll(async () => {
    await service.close();
    await database.drop();
    await world.close();
  });

  /** How much of everything there is, and how much stock. */
  async function stored(): Promise<object> {
    const { rows } = await database.pool.query(
      `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM order_items) AS items,
         (SELECT count(*) FROM payments) AS payments, (SELECT count(*) FROM idempotency_keys) AS keys,
         (SELECT jsonb_object_agg(sku, stock) FROM products) AS stock`,
    );
    return rows[0];
  }

  async function send(bad: Omit<BadRequest, 'what' | 'status' | 'code'>) {
    const { body, path = '/v1/orders', method = 'POST' } = bad;
    const headers = { ...good, 'idempotency-key': randomUUID(), ...bad.headers };
    const given = Object.entries(headers).filter(([, value]) => value !== undefined);
    const bytes = typeof body === 'string' ? body : JSON.stringify(body);
    return request(service.url + path, {
      method,
      headers: Object.fromEntries(given) as Record<string, string>,
      ...(body !== undefined && { body: bytes ?? '' }),
    });
  }

  it.each(badRequests)('$what: $status $code', async (bad) => {
    const answer = await send(bad);
    const document = (await answer.body.json()) as { errors?: { field: string }[] };
    expect({ status: answer.statusCode, document }).toMatchObject({
      status: bad.status,
      document: {
        type: `https://scaleretail.example/problems/${bad.code}`,
        status: bad.status,
        code: bad.code,
        detail: expect.stringMatching(/\w/),
        requestId: expect.stringMatching(/\w/),
      },
    });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['x-release']).toBe(release);
    if (bad.field !== undefined) {
      expect(document.errors?.map(({ field }) => field)).toContain(bad.field);
    }
    expect(await stored()).toEqual(before);
  });

  it('the proof can fail: a good order changes what is stored', async () => {
    expect((await send({ body: order(line) })).statusCode).toBe(201);
    expect(await stored()).not.toEqual(before);
  });
});
