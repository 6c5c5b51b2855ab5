import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reapExpiredKeys } from '../src/idempotency/reaper.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { createWorld, serviceFor, until, type World } from './support/service.ts';

const order = { items: [{ sku: 'mug', quantity: 1 }] };
const other = { items: [{ sku: 'pen', quantity: 1 }] };

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Keys as requests leave them; `expires` is an interval from now. */
async function insertKeys(
  { pool }: TestDatabase,
  keys: { prefix: string; count: number; point: string; expires: string },
): Promise<void> {
  const finished = keys.point === 'finished';
  await pool.query(
    `INSERT INTO idempotency_keys (customer_id, key, request_hash, recovery_point, resource_id,
       response_status, response_body, expires_at)
     SELECT 'alice', $1 || n, 'hash', $3, $4, $5, $6, now() + $7::interval
     FROM generate_series(1, $2::int) n`,
    [
      ...[keys.prefix, keys.count, keys.point],
      ...(finished ? [null, 201, '{}'] : ['00000000-0000-7000-8000-000000000000', null, null]),
      keys.expires,
    ],
  );
}

async function keysLeft({ pool }: TestDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ key: string }>('SELECT key FROM idempotency_keys ORDER BY 1');
  return rows.map((row) => row.key);
}

describe('an Idempotency-Key', () => {
  it('is kept for as long as the service is told', async () => {
    const database = await databaseFor('baseline');
    const more = { IDEMPOTENCY_TTL_MS: '3600000' };
    const client = await (await serviceFor(world, database.url, '1.0', more)).as('alice');
    await client.post('/v1/orders', order, 'kept').expect(201);
    const { rows } = await database.pool.query<{ kept: number }>(
      `SELECT extract(epoch FROM expires_at - created_at)::int AS kept FROM idempotency_keys`,
    );
    expect(rows).toEqual([{ kept: 3600 }]);
  });

  it('stands for a new request from the moment when its time is over', async () => {
    const database = await databaseFor('baseline');
    const client = await (await serviceFor(world, database.url, '1.0')).as('alice');
    const first = await client.post('/v1/orders', order, 'again').expect(201);
    await client.post('/v1/orders', other, 'again').expect(422);
    await database.pool.query('UPDATE idempotency_keys SET expires_at = now()');
    const second = await client.post('/v1/orders', other, 'again').expect(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.headers).not.toHaveProperty('idempotency-replayed');
    expect((await client.post('/v1/orders', other, 'again').expect(201)).text).toBe(second.text);
  });
});

describe('the reaper', () => {
  it('deletes what has expired, in batches, and neither what has not nor what is pending', async () => {
    const database = await databaseFor('baseline');
    const old = { point: 'finished', expires: '-1 second' };
    await insertKeys(database, { ...old, prefix: 'old-', count: 2_345 });
    await insertKeys(database, { ...old, prefix: 'young-', count: 1, expires: '1 hour' });
    await insertKeys(database, { ...old, prefix: 'begun-', count: 1, point: 'payment-pending' });
    expect(await reapExpiredKeys(database.pool)).toBe(2_345);
    expect(await keysLeft(database)).toEqual(['begun-1', 'young-1']);
    expect(await reapExpiredKeys(database.pool)).toBe(0);
  });

  it('leaves to another one what that has in hand', async () => {
    const database = await databaseFor('baseline');
    await insertKeys(database, { prefix: 'k', count: 10, point: 'finished', expires: '-1 second' });
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT key FROM idempotency_keys WHERE key = 'k7' FOR UPDATE`);
    expect(await reapExpiredKeys(database.pool)).toBe(9);
    await holder.query('ROLLBACK');
    holder.release();
    expect(await keysLeft(database)).toEqual(['k7']);
  });

  it('is run by each replica', async () => {
    const database = await databaseFor('baseline');
    await insertKeys(database, { prefix: 'k', count: 3, point: 'finished', expires: '-1 second' });
    await serviceFor(world, database.url, '1.0', { IDEMPOTENCY_REAP_MS: '50' });
    await until(async () => (await keysLeft(database)).length === 0, 'the keys are reaped');
  });
});
