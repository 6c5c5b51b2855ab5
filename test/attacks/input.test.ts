import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { answerTo } from '../support/raw.ts';
import { send } from '../support/routes.ts';
import { createWorld, openService, type TestService, type World } from '../support/service.ts';

let world: World;
let database: TestDatabase;
let service: TestService;
let authorization: string;

beforeAll(async () => {
  world = await createWorld();
  database = await cloneDatabase('5.0');
  service = await openService(world, database.url, '5.0');
  authorization = `Bearer ${await world.tokens.sign('alice')}`;
});
afterAll(async () => {
  await service.close();
  await database.drop();
  await world.close();
});

/** Finds in the server's log what was sent from here, and from nowhere else. */
const marker = `m${randomUUID().slice(0, 8)}`;

const statements = [
  `'; DROP TABLE orders; -- ${marker}`,
  `mug' OR '1'='1' /* ${marker} */`,
  `") OR pg_sleep(5) -- ${marker}`,
  `\\'; TRUNCATE payments; -- ${marker}`,
  `$1; SELECT '${marker}'`,
  `1 UNION SELECT rolpassword FROM pg_authid -- ${marker}`,
  `\u02bc; DELETE FROM orders; -- ${marker}`,
];

const id = randomUUID();
const line = { sku: 'mug', quantity: 1 };

type Target = (sql: string) => Parameters<typeof send>[1] & { headers?: Record<string, string> };

/** Every place where a text can be put: fields, path, query and headers of every route. */
const targets: Readonly<Record<string, Target>> = {
  'sku of an order': (sql) => order({ items: [{ ...line, sku: sql }] }),
  'currency of an order': (sql) => order({ items: [line], currency: sql }),
  'shipping address of an order': (sql) => order({ items: [line], shippingAddress: sql }),
  'street of an order': (sql) =>
    order({ items: [line], shippingAddress: `${sql.replaceAll(',', '')}, 1, A, GB` }),
  'parts of an address': (sql) =>
    order({ items: [line], shipTo: { street: sql, postcode: '1', city: sql, country: 'GB' } }),
  'name of a field': (sql) => order({ items: [{ ...line, [sql]: 1 }] }),
  'quantity of an order': (sql) => order({ items: [{ ...line, quantity: sql }] }),
  'card token': (sql) => post(`/v1/orders/${id}/payments`, { token: sql }),
  'currency of a refund': (sql) =>
    post(`/v1/payments/${id}/refunds`, { amount: { minor: 1, currency: sql } }),
  'field of a cancellation': (sql) => post(`/v1/orders/${id}/cancel`, { reason: sql }),
  'id of an order': (sql) => get(`/v1/orders/${encodeURIComponent(sql)}`),
  'id of an order to cancel': (sql) => post(`/v1/orders/${encodeURIComponent(sql)}/cancel`, {}),
  'id of an order to pay': (sql) =>
    post(`/v1/orders/${encodeURIComponent(sql)}/payments`, { token: 'tok_visa' }),
  'id of a payment': (sql) => get(`/v1/payments/${encodeURIComponent(sql)}`),
  'id of a payment to refund': (sql) => post(`/v1/payments/${encodeURIComponent(sql)}/refunds`, {}),
  'sku of a product': (sql) => get(`/v1/products/${encodeURIComponent(sql)}`),
  'cursor of products': (sql) => get(`/v1/products?cursor=${encodeURIComponent(sql)}`),
  'cursor of orders': (sql) => get(`/v1/orders?cursor=${encodeURIComponent(sql)}`),
  'limit of orders': (sql) => get(`/v1/orders?limit=${encodeURIComponent(sql)}`),
  'name of a parameter': (sql) => get(`/v1/orders?${encodeURIComponent(sql)}=1`),
  'Idempotency-Key': (sql) => withHeader('idempotency-key', sql),
  'Idempotency-Key without blanks': (sql) =>
    withHeader('idempotency-key', sql.replaceAll(' ', '/**/')),
  'x-request-id': (sql) => withHeader('x-request-id', sql),
  traceparent: (sql) => withHeader('traceparent', sql),
  'user-agent': (sql) => withHeader('user-agent', sql),
  authorization: (sql) => withHeader('authorization', `Bearer ${sql}`),
};

function get(path: string) {
  return { method: 'GET', path } as const;
}

function post(path: string, body: object) {
  return { method: 'POST', path, body } as const;
}

function order(body: object) {
  return post('/v1/orders', body);
}

/** As the bytes of UTF-8, which is all that a header can be. */
function withHeader(name: string, value: string) {
  const headers = { [name]: Buffer.from(value).toString('latin1') };
  return { ...order({ items: [line] }), headers };
}

function serverLog(): string {
  return readFileSync(join(inject('scratchFolder'), 'postgres.log'), 'utf8');
}

async function tables(): Promise<string> {
  const { rows } = await database.pool.query(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  return JSON.stringify(rows);
}

describe('SQL', () => {
  it.each(Object.entries(targets))('in the %s stays a text', async (_what, target) => {
    const before = await tables();
    const hers = await (await service.as('alice')).post('/v1/orders', { items: [line] });
    for (const sql of statements) {
      const { headers = {}, ...route } = target(sql);
      const answer = await send(service.url, route, { authorization, ...headers });
      expect(answer.status, `${route.path}: ${await answer.text()}`).toBeLessThan(500);
    }
    expect(await tables()).toBe(before);
    await (await service.as('alice')).get(`/v1/orders/${hers.body.id}`).expect(200);
    expect(serverLog()).not.toContain(marker);
  });

  it('of the token’s customer stays a text', async () => {
    for (const sql of statements) {
      const client = await service.as(sql);
      const { id: own } = (await client.post('/v1/orders', { items: [line] }).expect(201)).body;
      const { orders } = (await client.get('/v1/orders').expect(200)).body;
      expect(orders.map((one: { id: string }) => one.id)).toEqual([own]);
    }
    expect(serverLog()).not.toContain(marker);
  });

  it('the proof can fail: a text that became SQL would be in the server’s log', async () => {
    const other = `m${randomUUID().slice(0, 8)}`;
    await database.pool.query(`SELECT 'mug' '; -- ${other}`).catch(() => {});
    expect(serverLog()).toContain(other);
  });
});

const items = JSON.stringify([line]);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Bodies that are JSON and no order. */
const hostile: readonly [string, string][] = [
  ['__proto__', `{"items":${items},"__proto__":{"polluted":true}}`],
  ['__proto__, written otherwise', `{"items":${items},"\\u005f_proto__":{"polluted":true}}`],
  ['__proto__ further down', `{"items":[{"sku":"mug","quantity":1,"__proto__":{"polluted":1}}]}`],
  ['constructor', `{"items":${items},"constructor":{"prototype":{"polluted":true}}}`],
  ['a list thirty thousand deep', `{"items":${nested(30_000)}}`],
  ['an object five thousand deep', `${'{"items":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ['a number beyond all numbers', '{"items":[{"sku":"mug","quantity":1e400}]}'],
  ['a number beyond 2^53', '{"items":[{"sku":"mug","quantity":9007199254740993}]}'],
  ['a number of ten thousand digits', `{"items":[{"sku":"mug","quantity":${'9'.repeat(10_000)}}]}`],
  ['a NUL', `{"items":[{"sku":"mug\\u0000","quantity":1}]}`],
  ['half a character', `{"items":[{"sku":"\\ud800","quantity":1}]}`],
  ['ten thousand items', `{"items":[${Array.from({ length: 10_000 }, () => '{}').join(',')}]}`],
  ['JSON after JSON', `{"items":${items}}{"items":${items}}`],
  ['a byte order mark alone', '\ufeff'],
];

async function postText(path: string, body: string): Promise<Response> {
  const headers = {
    authorization,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  return fetch(service.url + path, { method: 'POST', headers, body });
}

describe('a body', () => {
  it.each(hostile)('with %s is refused, and harms nobody', async (_what, body) => {
    const paths = ['/v1/orders', `/v1/orders/${id}/payments`, `/v1/payments/${id}/refunds`];
    for (const path of [...paths, `/v1/orders/${id}/cancel`]) {
      const answer = await postText(path, body);
      const text = await answer.text();
      expect([400, 404, 422], `${path}: ${text.slice(0, 300)}`).toContain(answer.status);
      expect(text.length).toBeLessThan(10_000);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });

  it('with a field twice means the last one, as JSON.parse has it', async () => {
    const answer = await postText('/v1/orders', `{"items":[],"items":${items}}`);
    expect(answer.status).toBe(201);
    expect(((await answer.json()) as { items: object[] }).items).toHaveLength(1);
    expect((await postText('/v1/orders', `{"items":${items},"items":[]}`)).status).toBe(400);
  });
});

describe('a path below /docs', () => {
  const up = ['..', '%2e%2e', '.%2e', '..%2f..', '..%5c..', '%252e%252e', '....//'];
  it.each(up.flatMap((dots) => [`/docs/${dots}`, `/docs/static/${dots}`]))(
    'leads to no other file: %s',
    async (start) => {
      for (const file of ['package.json', 'etc/passwd', 'index.js']) {
        const path = `${start}/${start.split('/').at(-1)}/${file}`;
        const request = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
        const answer = await answerTo(service.url, request);
        expect([400, 403, 404], path).toContain(answer.status);
        expect(answer.body).not.toMatch(/"version"|root:|require\(/);
      }
    },
  );
});
