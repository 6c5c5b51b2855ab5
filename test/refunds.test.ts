import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refundsFor } from './support/charges.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import {
  type Client,
  createWorld,
  openService,
  type TestService,
  type World,
} from './support/service.ts';

const order = { items: [{ sku: 'mug', quantity: 1 }] };

let world: World;
let database: TestDatabase;
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

/** A paid order of 19.99; gives the path of its payment. */
async function paid(client: Client, token = 'tok_visa'): Promise<string> {
  const placed = await client.post('/v1/orders', order).expect(201);
  const payment = await client.post(`/v1/orders/${placed.body.id}/payments`, { token }).expect(201);
  return `/v1/payments/${payment.body.id}`;
}

async function givenBack(path: string): Promise<number[]> {
  const { rows } = await database.pool.query<{ gateway_charge_id: string }>(
    'SELECT gateway_charge_id FROM payments WHERE id = $1',
    [path.split('/').at(-1)],
  );
  const refunds = await refundsFor(world.gateway);
  const own = refunds.filter((refund) => refund.chargeId === rows[0]?.gateway_charge_id);
  return own.map((refund) => refund.amountMinor);
}

describe('a refund', () => {
  it('gives parts back, then all that is left, and then nothing', async () => {
    const [old, now] = [await one.as('alice'), await two.as('alice')];
    const path = await paid(old);
    const first = await old.post(`${path}/refunds`, { total: '5.00' }).expect(201);
    expect(first.body).toEqual({
      id: expect.any(String),
      paymentId: path.split('/').at(-1),
      status: 'succeeded',
      total: '5.00',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const amount = { minor: 999, currency: 'USD' };
    const second = await now.post(`${path}/refunds`, { amount }).expect(201);
    expect(second.body).toMatchObject({ total: '9.99', amount });
    const seen = await now.get(path).expect(200);
    expect(seen.body).toMatchObject({
      status: 'captured',
      total: '19.99',
      refunded: '14.99',
      refundedAmount: { minor: 1499, currency: 'USD' },
    });
    expect((await old.post(`${path}/refunds`, {}).expect(201)).body.total).toBe('5.00');
    const none = await now.post(`${path}/refunds`, {}).expect(409);
    expect(none.body.code).toBe('payment-not-refundable');
    expect(await givenBack(path)).toEqual([500, 999, 500]);
  });

  it('is never more than was captured, however many ask at once', async () => {
    const clients = [await one.as('alice'), await two.as('alice')];
    const path = await paid(clients[0] as Client);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (clients[n % 2] as Client).post(`${path}/refunds`, { total: '6.00' }),
      ),
    );
    const statuses = answers.map((answer) => answer.status).toSorted();
    expect(statuses).toEqual([201, 201, 201, ...Array(7).fill(422)]);
    expect(await givenBack(path)).toEqual([600, 600, 600]);
    const refused = answers.find((answer) => answer.status === 422);
    expect(refused?.body).toMatchObject({
      code: 'refund-too-large',
      detail: expect.stringContaining('1.99 USD'),
    });
  });

  it('sent again with its key is the same refund, in the same bytes, from any release', async () => {
    const [old, now] = [await one.as('alice'), await two.as('alice')];
    const path = `${await paid(old)}/refunds`;
    const first = await now.post(path, { total: '1.00' }, 'give').expect(201);
    const again = await old.post(path, { total: '1.00' }, 'give').expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const another = await old.post(path, { total: '2.00' }, 'give').expect(422);
    expect(another.body.code).toBe('idempotency-key-reused');
    expect(await givenBack(path.replace('/refunds', ''))).toEqual([100]);
  });

  it.each([
    ['more than was captured', { total: '20.00' }, 422, 'refund-too-large'],
    ['nothing', { total: '0.00' }, 422, 'refund-amount-invalid'],
    ['part of a cent', { total: '1.005' }, 422, 'refund-amount-invalid'],
    ['another currency', { amount: { minor: 1, currency: 'EUR' } }, 422, 'refund-amount-invalid'],
    ['a negative amount', { amount: { minor: -1, currency: 'USD' } }, 400, 'invalid-request'],
    ['a negative total', { total: '-1.00' }, 400, 'invalid-request'],
    ['a number', { total: 1 }, 400, 'invalid-request'],
    [
      'two amounts at once',
      { total: '1.00', amount: { minor: 100, currency: 'USD' } },
      400,
      'invalid-request',
    ],
    ['an unknown field', { sum: '1.00' }, 400, 'invalid-request'],
  ])('of %s is refused, and nothing is given back', async (_, body, status, code) => {
    const client = await two.as('alice');
    const path = await paid(client);
    const refused = await client.post(`${path}/refunds`, body).expect(status);
    expect(refused.body.code).toBe(code);
    expect(await givenBack(path)).toEqual([]);
    expect((await client.get(path)).body.refunded).toBe('0.00');
  });

  it('is for payments that were captured, and for their own customer', async () => {
    const client = await two.as('alice');
    const declined = await paid(client, 'tok_declined');
    const refused = await client.post(`${declined}/refunds`, {}).expect(409);
    expect(refused.body.code).toBe('payment-not-refundable');
    const path = await paid(client);
    const other = await (await two.as('bob')).post(`${path}/refunds`, {}).expect(404);
    expect(other.body.code).toBe('payment-not-found');
    expect(await givenBack(path)).toEqual([]);
  });

  it('in minor units is what release 1.0 does not know', async () => {
    const client = await one.as('alice');
    const path = await paid(client);
    const body = { amount: { minor: 1, currency: 'USD' } };
    await client.post(`${path}/refunds`, body).expect(400);
  });
});
