import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chargesFor } from './support/charges.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import {
  type Client,
  createWorld,
  openService,
  type TestService,
  type World,
} from './support/service.ts';

const order = { items: [{ sku: 'mug', quantity: 2 }] };
const card = { token: 'tok_visa' };

let world: World;
let database: TestDatabase;
/** Two replicas of different releases, as they stand beside each other in a rollout. */
let one: TestService;
let two: TestService;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

beforeEach(async () => {
  database = await cloneDatabase('expanded');
  one = await openService(world, database.url, '1.0');
  two = await openService(world, database.url, '2.0');
});
afterEach(async () => {
  await Promise.all([one.close(), two.close()]);
  await database.drop();
});

async function count(sql: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`SELECT count(*) FROM ${sql}`);
  return rows[0]?.count ?? -1;
}

async function place(service: TestService, customer: string): Promise<string> {
  const placed = await (await service.as(customer)).post('/v1/orders', order).expect(201);
  return placed.body.id;
}

describe('one key', () => {
  it('sent to both releases at once is one order, told in the same bytes', async () => {
    for (let round = 0; round < 5; round += 1) {
      const customer = `racer-${round}`;
      const clients = await Promise.all([one, two, one, two].map((s) => s.as(customer)));
      const answers = await Promise.all(
        clients.map((client) => client.post('/v1/orders', order, 'race')),
      );
      for (const answer of answers) {
        expect(answer.status).toBe(201);
        expect(answer.text).toBe(answers[0]?.text);
      }
      const replayed = answers.filter((answer) => answer.headers['idempotency-replayed']);
      expect(replayed).toHaveLength(3);
      expect(await count(`orders WHERE customer_id = '${customer}'`)).toBe(1);
    }
    const { rows } = await database.pool.query(`SELECT stock FROM products WHERE sku = 'mug'`);
    expect(rows).toEqual([{ stock: 1_000_000 - 5 * 2 }]);
  });

  it('sent to both releases at once gets its own answer, not that the last piece is sold', async () => {
    const clients = await Promise.all([one, two, one, two].map((s) => s.as('alice')));
    const last = { items: [{ sku: 'rare', quantity: 3 }] };
    const answers = await Promise.all(
      clients.map((client) => client.post('/v1/orders', last, 'last')),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(201);
      expect(answer.text).toBe(answers[0]?.text);
    }
  });

  it('sent to both releases at once cancels once, and tells both so', async () => {
    const id = await place(one, 'alice');
    const clients = await Promise.all([one, two].map((s) => s.as('alice')));
    const path = `/v1/orders/${id}/cancel`;
    const answers = await Promise.all(clients.map((client) => client.post(path, {}, 'cancel')));
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(answers[0]?.text);
    }
    await (clients[0] as Client).post(path, {}, 'another').expect(409);
  });

  it.each([
    ['1.0', '2.0'],
    ['2.0', '1.0'],
  ])('first answered by %s gives the same bytes from %s', async (first) => {
    const [before, after] = first === '1.0' ? [one, two] : [two, one];
    const alice = { before: await before.as('alice'), after: await after.as('alice') };
    const placed = await alice.before.post('/v1/orders', order, 'order').expect(201);
    const again = await alice.after.post('/v1/orders', order, 'order').expect(201);
    expect(again.text).toBe(placed.text);
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      'content-type': placed.headers['content-type'],
      'x-release': after.release,
    });
    expect('amount' in again.body).toBe(first === '2.0');

    const payments = `/v1/orders/${placed.body.id}/payments`;
    const paid = await alice.before.post(payments, card, 'pay').expect(201);
    const paidAgain = await alice.after.post(payments, card, 'pay').expect(201);
    expect(paidAgain.text).toBe(paid.text);
    expect(await chargesFor(world.gateway, placed.body.id)).toHaveLength(1);
  });

  it('of another customer is another key', async () => {
    const alice = await (await one.as('alice')).post('/v1/orders', order, 'shared').expect(201);
    const bob = await (await two.as('bob')).post('/v1/orders', order, 'shared').expect(201);
    expect(bob.body.id).not.toBe(alice.body.id);
    expect(bob.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('is free again after a request that failed', async () => {
    const client = await one.as('alice');
    const tooMany = { items: [{ sku: 'rare', quantity: 4 }] };
    await client.post('/v1/orders', tooMany, 'again').expect(409);
    await client.post('/v1/orders', order, 'again').expect(201);
  });

  it('stands for one path: the same body elsewhere is refused', async () => {
    const client = await one.as('alice');
    const [first, second] = [await place(one, 'alice'), await place(one, 'alice')];
    await client.post(`/v1/orders/${first}/cancel`, {}, 'cancel').expect(200);
    const reused = await client.post(`/v1/orders/${second}/cancel`, {}, 'cancel').expect(422);
    expect(reused.body).toMatchObject({
      code: 'idempotency-key-reused',
      errors: [{ field: 'idempotency-key' }],
    });
  });
});

describe('stock', () => {
  it('never goes below zero, however many want the last three', async () => {
    const clients = await Promise.all(
      Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? one : two).as(`buyer-${n}`)),
    );
    const rare = { items: [{ sku: 'rare', quantity: 1 }] };
    const answers = await Promise.all(clients.map((client) => client.post('/v1/orders', rare)));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(3);
    const refused = answers.filter((answer) => answer.status !== 201);
    expect(new Set(refused.map((answer) => answer.body.code))).toEqual(new Set(['out-of-stock']));
    expect(await count(`order_items WHERE sku = 'rare'`)).toBe(3);
    expect(await count(`products WHERE sku = 'rare' AND stock = 0`)).toBe(1);
  });
});
