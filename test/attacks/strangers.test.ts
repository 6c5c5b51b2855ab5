import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, databaseFor, type TestDatabase } from '../support/database.ts';
import {
  type Client,
  createWorld,
  openService,
  serviceFor,
  type TestService,
  type World,
} from '../support/service.ts';

let world: World;
let database: TestDatabase;
let service: TestService;
let alice: Client;
let mallory: Client;

beforeAll(async () => {
  world = await createWorld();
  database = await cloneDatabase('expanded');
  service = await openService(world, database.url, '2.0');
  alice = await service.as('alice');
  mallory = await service.as('mallory');
});
afterAll(async () => {
  await service.close();
  await database.drop();
  await world.close();
});

const order = { items: [{ sku: 'mug', quantity: 1 }] };
const card = { token: 'tok_visa' };

async function place(client: Client): Promise<string> {
  return (await client.post('/v1/orders', order).expect(201)).body.id;
}

/** What can be told apart in an answer, without the id that was asked for. */
function seen(answer: { status: number; body: object; headers: object }, id: string): string {
  const text = JSON.stringify([answer.status, answer.body, Object.keys(answer.headers)]);
  const { requestId = '' } = answer.body as { requestId?: string };
  return text.replaceAll(id, '<id>').replaceAll(requestId, '<request>');
}

/** Asks for what is somebody else's and for what is nowhere: nothing may tell the two apart. */
const prying: readonly [
  string,
  (client: Client, id: string) => PromiseLike<Seen>,
  'order' | 'payment',
][] = [
  ['reading an order', (client, id) => client.get(`/v1/orders/${id}`), 'order'],
  ['cancelling an order', (client, id) => client.post(`/v1/orders/${id}/cancel`, {}), 'order'],
  ['paying an order', (client, id) => client.post(`/v1/orders/${id}/payments`, card), 'order'],
  ['reading a payment', (client, id) => client.get(`/v1/payments/${id}`), 'payment'],
  ['a refund', (client, id) => client.post(`/v1/payments/${id}/refunds`, {}), 'payment'],
];

interface Seen {
  readonly status: number;
  readonly body: object;
  readonly headers: object;
}

describe('what belongs to somebody else', () => {
  it.each(prying)('is not there: %s', async (_what, ask, kind) => {
    const orderId = await place(alice);
    const paid = await alice.post(`/v1/orders/${orderId}/payments`, card).expect(201);
    const theirs = kind === 'order' ? orderId : paid.body.id;
    const nowhere = randomUUID();
    const answer = await ask(mallory, theirs);
    expect(answer.status).toBe(404);
    expect(seen(answer, theirs)).toBe(seen(await ask(mallory, nowhere), nowhere));
    const after = await alice.get(`/v1/orders/${orderId}`).expect(200);
    expect(after.body.status).toBe('paid');
  });

  it('is on no page, whatever cursor is sent', async () => {
    const ids = [await place(alice), await place(alice), await place(alice)];
    const { next } = (await alice.get('/v1/orders?limit=1').expect(200)).body;
    const stolen = await mallory.get(`/v1/orders?cursor=${next}`).expect(200);
    expect(stolen.body).toEqual({ orders: [], next: null });
    const own = await place(mallory);
    const first = Buffer.alloc(16, 0xff).toString('base64url');
    const { orders } = (await mallory.get(`/v1/orders?cursor=${first}`).expect(200)).body;
    expect(orders.map(({ id }: { id: string }) => id)).toEqual([own]);
    expect(ids).not.toContain(own);
  });

  it('is not replayed under the same Idempotency-Key', async () => {
    const key = `shared-${randomUUID()}`;
    const hers = await alice.post('/v1/orders', order, key).expect(201);
    const his = await mallory.post('/v1/orders', order, key).expect(201);
    expect(his.headers['idempotency-replayed']).toBeUndefined();
    expect(his.body.id).not.toBe(hers.body.id);
    await mallory.get(`/v1/orders/${hers.body.id}`).expect(404);
    const again = await alice.post('/v1/orders', order, key).expect(201);
    expect(again.text).toBe(hers.text);
  });

  it('cannot be named in a field: the customer is the token’s', async () => {
    const mine = { ...order, customerId: 'alice', customer_id: 'alice' };
    await mallory.post('/v1/orders', mine).expect(400);
    await mallory.get('/v1/orders?customerId=alice').expect(400);
  });
});

it('10,000 requests of one customer end in 429, and another one is served meanwhile', async () => {
  const { url } = await databaseFor('expanded');
  const limits = { RATE_LIMIT_MAX: '300', RATE_LIMIT_WINDOW_MS: '3600000' };
  const limited = await serviceFor(world, url, '2.0', limits);
  const headers = { authorization: `Bearer ${await world.tokens.sign('flood')}` };
  const told = new Map<number, number>();
  let left = 10_000;
  const flood = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await fetch(`${limited.url}/v1/orders/${randomUUID()}`, { headers });
      await answer.arrayBuffer();
      told.set(answer.status, (told.get(answer.status) ?? 0) + 1);
    }
  };
  const bystander = await limited.as('bystander');
  const served: number[] = [];
  const serve = async () => {
    for (let n = 0; n < 20; n += 1) served.push((await bystander.post('/v1/orders', order)).status);
  };
  await Promise.all([...Array.from({ length: 8 }, flood), serve()]);
  expect(Object.fromEntries(told)).toEqual({ 404: 300, 429: 9_700 });
  expect(new Set(served)).toEqual(new Set([201]));
});
