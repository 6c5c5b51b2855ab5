import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { answersOn, answerTo, openRaw, sendRaw } from '../support/raw.ts';
import { createWorld, openService, type TestService, type World } from '../support/service.ts';

let world: World;
let database: TestDatabase;
let service: TestService;
let authorization: string;

beforeAll(async () => {
  world = await createWorld();
  database = await cloneDatabase('expanded');
  service = await openService(world, database.url, '2.0');
  authorization = `Bearer ${await world.tokens.sign('alice')}`;
});
afterAll(async () => {
  await service.close();
  await database.drop();
  await world.close();
});

const body = JSON.stringify({ items: [{ sku: 'mug', quantity: 1 }] });

/** The head of an order, complete but for what `more` adds. */
function head(...more: string[]): string {
  const lines = [
    'POST /v1/orders HTTP/1.1',
    'host: x',
    `authorization: ${authorization}`,
    'content-type: application/json',
    ...more,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

async function ordersOf(customer: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'SELECT count(*) AS count FROM orders WHERE customer_id = $1',
    [customer],
  );
  return rows[0]?.count ?? 0;
}

const smuggled = `GET /v1/orders HTTP/1.1\r\nhost: x\r\nauthorization: `;
const key = 'idempotency-key: smuggled';
const length = `content-length: ${body.length}`;

/** Two ways to say where a request ends: a proxy and the service could believe different ones. */
const smuggling: readonly [string, () => string][] = [
  [
    'both Content-Length and Transfer-Encoding',
    () => `${head(key, length, 'transfer-encoding: chunked')}0\r\n\r\n${smuggled}`,
  ],
  [
    'both, the other way round',
    () => `${head(key, 'transfer-encoding: chunked', length)}0\r\n\r\n${smuggled}`,
  ],
  ['two lengths', () => `${head(key, length, 'content-length: 0')}${body}`],
  ['a list of lengths', () => `${head(key, `content-length: ${body.length}, 0`)}${body}`],
  ['a length with a sign', () => `${head(key, `content-length: +${body.length}`)}${body}`],
  ['a negative length', () => `${head(key, 'content-length: -1')}${body}`],
  ['a length in hexadecimal', () => `${head(key, 'content-length: 0x2')}${body}`],
  ['an encoding that is none', () => `${head(key, 'transfer-encoding: xchunked')}${body}`],
  [
    'chunked and then something',
    () => `${head(key, 'transfer-encoding: chunked, identity')}${body}`,
  ],
  ['a blank before the colon', () => `${head(key, 'transfer-encoding : chunked')}0\r\n\r\n`],
  [
    'a chunk that is too large',
    () => `${head(key, 'transfer-encoding: chunked')}fffffffffffffffff\r\n`,
  ],
  [
    'a chunk that is no number',
    () => `${head(key, 'transfer-encoding: chunked')}zz\r\n${body}\r\n`,
  ],
  ['a header folded over two lines', () => `${head(key, length, 'x-a: b\r\n c: d')}${body}`],
  ['a NUL in a header', () => `${head(key, length, 'x-a: b\0c')}${body}`],
];

describe('bytes that two readers could understand in two ways', () => {
  it.each(smuggling)('are no request and end the connection: %s', async (_what, bytes) => {
    const before = await ordersOf('alice');
    const answer = await answerTo(service.url, bytes());
    expect(answer.status).toBe(400);
    expect(answer.headers).toContain('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, code: 'bad-request' });
    expect(await ordersOf('alice')).toBe(before);
  });

  it('the proof can fail: with one length the same order is taken', async () => {
    const bytes = `${head('idempotency-key: plain', length, 'connection: close')}${body}`;
    expect((await answerTo(service.url, bytes)).status).toBe(201);
  });
});

const injected = [
  '\r\nset-cookie: evil=1',
  '\nset-cookie: evil=1',
  '\rset-cookie: evil=1',
  '%0d%0aset-cookie:%20evil=1',
  '\u560d\u560aset-cookie: evil=1',
];
const repeated = ['idempotency-key', 'x-request-id', 'authorization', 'traceparent', 'host'];

describe('header injection', () => {
  it.each(repeated)('in %s never becomes a header of the answer', async (name) => {
    for (const value of injected) {
      const answers = await sendRaw(
        service.url,
        Buffer.from(`${head(`${name}: a${value}`, length, 'connection: close')}${body}`),
      );
      for (const { status, headers } of answers) {
        expect(status).toBeLessThan(500);
        expect(headers.toLowerCase()).not.toContain('\nset-cookie');
      }
    }
  });
});

describe('too much, and too slow', () => {
  it('a header of a megabyte is 431', async () => {
    const answer = await answerTo(service.url, head(`x-big: ${'x'.repeat(1024 * 1024)}`));
    expect(answer.status).toBe(431);
    expect(JSON.parse(answer.body).code).toBe('request-header-fields-too-large');
  });

  it('a URL of a megabyte is 431', async () => {
    const answer = await answerTo(service.url, `GET /v1/${'x'.repeat(1024 * 1024)} HTTP/1.1\r\n`);
    expect(answer.status).toBe(431);
  });

  it('two thousand headers are 431, or are left unread', async () => {
    const many = Array.from({ length: 2_000 }, (_x, n) => `x-${n}: 1`);
    const answer = await answerTo(service.url, head(...many, 'connection: close'));
    expect([400, 431]).toContain(answer.status);
  });

  /** A byte now and then, so that the connection is never idle; answered while it still sends. */
  async function trickle(start: string): Promise<{ status: number; body: string }> {
    const socket = await openRaw(service.url);
    const answers = answersOn(socket);
    socket.write(start);
    const timer = setInterval(() => socket.write('x'), 200);
    const [answer] = await answers;
    clearInterval(timer);
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  const late = { status: 408, code: 'request-timeout' };

  it.concurrent('a connection that says nothing is 408', async ({ expect }) => {
    const socket = await openRaw(service.url);
    const [answer] = await answersOn(socket);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject(late);
  });

  it.concurrent('headers that never end are 408', async ({ expect }) => {
    const answer = await trickle('GET /v1/orders HTTP/1.1\r\nhost: x\r\nx-slow: ');
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body)).toMatchObject(late);
  });

  it.concurrent('a body that never ends is 408, and nothing is done', async ({ expect }) => {
    const answer = await trickle(`${head('idempotency-key: slow', 'content-length: 60000')}{"`);
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body)).toMatchObject(late);
  });

  it('is served again when it is over', async () => {
    const alice = await service.as('alice');
    await alice.get('/v1/orders').expect(200);
  });
});
