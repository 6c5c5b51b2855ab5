import { randomUUID } from 'node:crypto';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway } from '../gateway-sandbox/server.ts';
import { hashRequest } from '../src/idempotency/request-hash.ts';
import { chargesFor, refundsFor } from './support/charges.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import {
  type Client,
  createWorld,
  serviceFor,
  type TestService,
  until,
  type World,
} from './support/service.ts';

const order = { items: [{ sku: 'mug', quantity: 2 }] };
const card = { token: 'tok_visa' };
const often = { RECONCILE_MS: '50' };

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function place(client: Client): Promise<string> {
  return (await client.post('/v1/orders', order).expect(201)).body.id;
}

/** What a replica leaves that dies after its payment is pending. */
async function leavePayment(
  { pool }: TestDatabase,
  orderId: string,
  left: { key?: string; dueIn?: string } = {},
): Promise<string> {
  const payment = randomUUID();
  await leaveKey(pool, left.key ?? randomUUID(), {
    path: `/v1/orders/${orderId}/payments`,
    body: card,
    point: 'payment-pending',
    resource: payment,
  });
  // After its key: the reconciler may find it in the same moment.
  await pool.query(
    `INSERT INTO payments (id, order_id, customer_id, status, card_token, amount, next_attempt_at)
     SELECT $1, id, customer_id, 'pending', $3, total, now() + $4::interval
     FROM orders WHERE id = $2`,
    [payment, orderId, card.token, left.dueIn ?? '0'],
  );
  return payment;
}

async function leaveKey(
  pool: TestDatabase['pool'],
  key: string,
  { path, body, point, resource }: { path: string; body: object; point: string; resource: string },
): Promise<void> {
  await pool.query(
    `INSERT INTO idempotency_keys
       (customer_id, key, request_hash, recovery_point, locked_until, resource_id, expires_at)
     VALUES ('alice', $1, $2, $3, now() + interval '1 hour', $4, now() + interval '1 day')`,
    [key, hashRequest('POST', path, body), point, resource],
  );
}

async function statusOf({ pool }: TestDatabase, table: string, id: string): Promise<string> {
  const { rows } = await pool.query<{ status: string }>(
    `SELECT status FROM ${table} WHERE id = $1`,
    [id],
  );
  return rows[0]?.status ?? 'gone';
}

function untilStatus(database: TestDatabase, table: string, id: string, status: string) {
  return until(
    async () => (await statusOf(database, table, id)) === status,
    `${table} ${id} is ${status}`,
  );
}

describe('a payment that was left pending', () => {
  it('is finished without its client, which then gets the answer for its key', async () => {
    const database = await databaseFor('expanded');
    const service = await serviceFor(world, database.url, '2.0', often);
    const client = await service.as('alice');
    const id = await place(client);
    const payment = await leavePayment(database, id, { key: 'left' });
    await untilStatus(database, 'payments', payment, 'captured');
    expect(await chargesFor(world.gateway, id)).toMatchObject([{ key: payment }]);
    expect((await client.get(`/v1/orders/${id}`).expect(200)).body.status).toBe('paid');
    const told = await client.post(`/v1/orders/${id}/payments`, card, 'left').expect(201);
    expect(told.body).toMatchObject({ id: payment, status: 'captured', total: '39.98' });
    expect(told.headers['idempotency-replayed']).toBe('true');
  });

  it('is left to its own request for as long as that may take', async () => {
    const database = await databaseFor('expanded');
    const service = await serviceFor(world, database.url, '2.0', often);
    const client = await service.as('alice');
    const [fresh, due] = [await place(client), await place(client)];
    const untouched = await leavePayment(database, fresh, { dueIn: '1 hour' });
    const finished = await leavePayment(database, due);
    await untilStatus(database, 'payments', finished, 'captured');
    expect(await statusOf(database, 'payments', untouched)).toBe('pending');
    expect(await chargesFor(world.gateway, fresh)).toEqual([]);
  });

  it('is asked for once, however many there are and however many replicas look', async () => {
    const database = await databaseFor('expanded');
    const services: TestService[] = [];
    for (const release of ['1.0', '2.0', '2.0'] as const) {
      services.push(await serviceFor(world, database.url, release, often));
    }
    const client = await (services[0] as TestService).as('alice');
    const orders: string[] = [];
    for (let n = 0; n < 30; n += 1) orders.push(await place(client));
    for (const id of orders) await leavePayment(database, id);
    const pending = `SELECT count(*) FROM payments WHERE status = 'pending'`;
    await until(
      async () => (await database.pool.query<{ count: number }>(pending)).rows[0]?.count === 0,
      'nothing is pending',
    );
    const charges = await chargesFor(world.gateway, orders);
    expect(charges.map((charge) => charge.reference).toSorted()).toEqual(orders.toSorted());
    const { rows } = await database.pool.query('SELECT DISTINCT attempts FROM payments');
    expect(rows).toEqual([{ attempts: 1 }]);
  });

  it('is tried again later when the gateway gives no answer, and seen meanwhile', async () => {
    const database = await databaseFor('expanded');
    const port = await findFreePort();
    const more = { ...often, GATEWAY_URL: `http://127.0.0.1:${port}`, GATEWAY_TIMEOUT_MS: '500' };
    const service = await serviceFor(world, database.url, '2.0', more);
    const client = await service.as('alice');
    const payment = await leavePayment(database, await place(client));
    const metric = /payments_reconciled_total\{kind="payment",outcome="no-answer".*\} [1-9]/;
    await until(
      async () => metric.test((await client.get('/metrics')).text),
      'the failed try is counted',
    );
    expect(await statusOf(database, 'payments', payment)).toBe('pending');
    // The backlog is looked at after the tries of a round, and so is told a moment later.
    const pending = /payments_pending\{kind="payment".*\} 1/;
    await until(
      async () => pending.test((await client.get('/metrics')).text),
      'the pending payment is told',
    );
    const gateway = await startGateway({ port, latencyMs: 0 });
    // The pause before the next try is not what is tested here.
    await until(async () => {
      await database.pool.query(`UPDATE payments SET next_attempt_at = now() WHERE id = $1`, [
        payment,
      ]);
      return (await statusOf(database, 'payments', payment)) === 'captured';
    }, 'the payment is captured');
    await gateway.close();
  });
});

describe('a refund that was left pending', () => {
  it('is given back once, and its client gets the answer for its key', async () => {
    const database = await databaseFor('expanded');
    const service = await serviceFor(world, database.url, '2.0', often);
    const client = await service.as('alice');
    const paid = await client.post(`/v1/orders/${await place(client)}/payments`, card).expect(201);
    const refund = randomUUID();
    const path = `/v1/payments/${paid.body.id}/refunds`;
    const body = { total: '10.00' };
    await leaveKey(database.pool, 'give', {
      path,
      body,
      point: 'refund-pending',
      resource: refund,
    });
    // After its key: the reconciler may find it in the same moment.
    await database.pool.query(
      `INSERT INTO refunds (id, payment_id, customer_id, status, amount_minor, currency)
       VALUES ($1, $2, 'alice', 'pending', 1000, 'USD')`,
      [refund, paid.body.id],
    );
    await untilStatus(database, 'refunds', refund, 'succeeded');
    const given = (await refundsFor(world.gateway)).filter((entry) => entry.key === refund);
    expect(given).toMatchObject([{ amountMinor: 1000 }]);
    const told = await client.post(path, body, 'give').expect(201);
    expect(told.body).toMatchObject({ id: refund, status: 'succeeded', total: '10.00' });
  });
});
