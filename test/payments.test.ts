import { randomUUID } from 'node:crypto';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../gateway-sandbox/server.ts';
import { hashRequest } from '../src/idempotency/request-hash.ts';
import { chargesFor } from './support/charges.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { captured, type FakeAnswer, fakeGateway } from './support/fake-gateway.ts';
import {
  createWorld,
  openService,
  serviceFor,
  type TestService,
  until,
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

describe('a payment', () => {
  it('that is in progress answers 409 with Retry-After, and then its own answer', async () => {
    const decided = Promise.withResolvers<FakeAnswer>();
    const gateway = await fakeGateway(() => decided.promise);
    const more = { GATEWAY_URL: gateway.url, GATEWAY_TIMEOUT_MS: '60000' };
    const service = await serviceFor(world, database.url, '1.0', more);
    const [here, there] = [await service.as('alice'), await two.as('alice')];
    const path = `/v1/orders/${await place(service, 'alice')}/payments`;
    const first = here.post(path, card, 'pay').then((answer) => answer);
    await until(() => gateway.asked() === 1, 'the gateway is asked');
    const meanwhile = await there.post(path, card, 'pay').expect(409);
    expect(meanwhile.body.code).toBe('request-in-progress');
    expect(meanwhile.headers['retry-after']).toBe('1');
    const other = await there.post(path, card, 'another').expect(409);
    expect(other.body.code).toBe('order-not-payable');
    decided.resolve(captured);
    const paid = await first;
    expect(paid.status).toBe(201);
    expect((await there.post(path, card, 'pay').expect(201)).text).toBe(paid.text);
    expect(gateway.asked()).toBe(1);
  });

  /** What a replica leaves that dies after its payment is pending; it may have been charged. */
  async function leavePending(id: string, charged: boolean): Promise<string> {
    const payment = randomUUID();
    await database.pool.query(
      `INSERT INTO payments (id, order_id, customer_id, status, card_token, amount)
       SELECT $1, id, customer_id, 'pending', $3, total FROM orders WHERE id = $2`,
      [payment, id, card.token],
    );
    await database.pool.query(
      `INSERT INTO idempotency_keys
         (customer_id, key, request_hash, recovery_point, locked_until, resource_id, expires_at)
       VALUES ('alice', 'died', $1, 'payment-pending', now() - interval '1 second', $2,
         now() + interval '1 day')`,
      [hashRequest('POST', `/v1/orders/${id}/payments`, card), payment],
    );
    if (!charged) return payment;
    const answer = await fetch(`${world.gateway.url}/v1/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': payment },
      body: JSON.stringify({
        reference: id,
        amountMinor: 3998,
        currency: 'USD',
        token: card.token,
      }),
    });
    expect(answer.status).toBe(201);
    return payment;
  }

  it.each([true, false])('of a replica that died is finished (charged before: %s)', async (did) => {
    const id = await place(one, 'alice');
    const payment = await leavePending(id, did);
    const client = await two.as('alice');
    const path = `/v1/orders/${id}/payments`;
    const resumed = await client.post(path, card, 'died').expect(201);
    expect(resumed.body).toMatchObject({ id: payment, status: 'captured', total: '39.98' });
    expect((await client.post(path, card, 'died').expect(201)).text).toBe(resumed.text);
    expect(await chargesFor(world.gateway, id)).toMatchObject([{ key: payment }]);
    expect((await client.get(`/v1/orders/${id}`).expect(200)).body.status).toBe('paid');
  });

  it('of a replica that may still live is left alone', async () => {
    const id = await place(one, 'alice');
    await leavePending(id, false);
    await database.pool.query(
      `UPDATE idempotency_keys SET locked_until = now() + interval '1 hour'`,
    );
    const path = `/v1/orders/${id}/payments`;
    await (await two.as('alice')).post(path, card, 'died').expect(409);
    expect(await chargesFor(world.gateway, id)).toEqual([]);
  });

  it('whose gateway is gone is pending, and succeeds with one charge when it is back', async () => {
    const port = await findFreePort();
    const more = { GATEWAY_URL: `http://127.0.0.1:${port}`, GATEWAY_TIMEOUT_MS: '1000' };
    const service = await serviceFor(world, database.url, '2.0', more);
    const client = await service.as('alice');
    const id = await place(service, 'alice');
    const path = `/v1/orders/${id}/payments`;
    const pending = await client.post(path, card, 'pay').expect(503);
    expect(pending.body.code).toBe('payment-pending');
    expect(pending.headers['retry-after']).toBe('2');
    await client.post(`/v1/orders/${id}/cancel`, {}).expect(409);
    const gateway: Gateway = await startGateway({ port, latencyMs: 0 });
    const paid = await client.post(path, card, 'pay').expect(201);
    expect(paid.body.status).toBe('captured');
    expect(await chargesFor(gateway, id)).toMatchObject([{ key: paid.body.id }]);
    expect(await count(`payments WHERE order_id = '${id}'`)).toBe(1);
    await gateway.close();
  });

  it('whose card was refused is never charged by a repetition of its key', async () => {
    const gateway = await fakeGateway(async (nth) =>
      nth === 1 ? { status: 422, body: {} } : captured,
    );
    const service = await serviceFor(world, database.url, '2.0', { GATEWAY_URL: gateway.url });
    const client = await service.as('alice');
    const id = await place(service, 'alice');
    const path = `/v1/orders/${id}/payments`;
    for (let time = 0; time < 2; time += 1) {
      const refused = await client.post(path, card, 'refused').expect(422);
      expect(refused.body.code).toBe('card-token-refused');
    }
    expect(gateway.asked()).toBe(1);
    expect((await client.get(`/v1/orders/${id}`)).body.status).toBe('placed');
    const paid = await client.post(path, card, 'another').expect(201);
    expect(paid.body.status).toBe('captured');
    expect((await client.get(`/v1/orders/${id}`)).body.status).toBe('paid');
  });
});
