import { startFlagServer } from '@scaleretail/embedded/flag-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { createWorld, serviceFor, type TestService, until, type World } from './support/service.ts';

const order = { items: [{ sku: 'mug', quantity: 1 }] };

let world: World;
let database: TestDatabase;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  database = await cloneDatabase('expanded');
  world.flags.set('orders.dual-write', { enabled: false });
  world.flags.set('orders.read-new', { enabled: false, rollout: 100 });
});
afterEach(() => database.drop());

const definitions = (dualWrite: boolean) => [
  { name: 'orders.dual-write', enabled: dualWrite, rollout: 100 },
  { name: 'orders.read-new', enabled: dualWrite, rollout: 100 },
];

/** The phase that the replicas last told the database. */
async function toldPhase(): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ phase: string }>(
    `SELECT phase FROM service_instances JOIN service_instance_changes USING (instance_id)
     ORDER BY started_at DESC LIMIT 1`,
  );
  return rows[0]?.phase;
}

/** What an order that is placed now has in its columns: the shapes that were written. */
async function shapesWritten(service: TestService, customer: string): Promise<string[]> {
  const placed = await (await service.as(customer)).post('/v1/orders', order).expect(201);
  const { rows } = await database.pool.query<{ old: boolean; new: boolean }>(
    `SELECT total IS NOT NULL AS old, total_minor IS NOT NULL AND currency IS NOT NULL AS new
     FROM orders WHERE id = $1`,
    [placed.body.id],
  );
  return Object.entries(rows[0] ?? {}).flatMap(([shape, is]) => (is ? [shape] : []));
}

/** An order whose two shapes say different things: which one a customer is told shows the phase. */
async function doubtfulOrder(customer: string): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    `INSERT INTO orders (id, customer_id, status, total, total_minor, currency)
     VALUES (gen_random_uuid(), $1, 'placed', 1.00, 200, 'USD') RETURNING id`,
    [customer],
  );
  return rows[0]?.id ?? '';
}

async function shapeRead(service: TestService, customer: string, id: string): Promise<string> {
  const { body } = await (await service.as(customer)).get(`/v1/orders/${id}`).expect(200);
  return body.total === '1.00' ? 'old' : 'new';
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/client/features`).then(
    () => true,
    () => false,
  );
}

async function beats(): Promise<number> {
  const { rows } = await database.pool.query<{ at: Date }>(
    'SELECT max(last_seen_at) AS at FROM service_instances',
  );
  return rows[0]?.at.getTime() ?? 0;
}

describe('the phase of the next requests', () => {
  it('follows the flags, and the database is told of it', async () => {
    const service = await serviceFor(world, database.url, '2.0');
    const id = await doubtfulOrder('alice');
    const seen = async () => ({
      writes: await shapesWritten(service, 'alice'),
      reads: await shapeRead(service, 'alice', id),
      told: await toldPhase(),
    });
    const becomes = (phase: object) =>
      until(async () => {
        const now = await seen();
        return JSON.stringify(now) === JSON.stringify(phase);
      }, JSON.stringify(phase));

    await becomes({ writes: ['old'], reads: 'old', told: 'old' });
    world.flags.set('orders.dual-write', { enabled: true });
    await becomes({ writes: ['old', 'new'], reads: 'old', told: 'dual-read-old' });
    // What is told is the oldest phase that a request could be in: nobody is sure of the new one.
    world.flags.set('orders.read-new', { enabled: true });
    await becomes({ writes: ['old', 'new'], reads: 'new', told: 'dual-read-old' });
    world.flags.set('orders.dual-write', { enabled: false });
    await becomes({ writes: ['old'], reads: 'old', told: 'old' });
  });

  it('is new for a cohort of customers that only grows', async () => {
    world.flags.set('orders.dual-write', { enabled: true });
    world.flags.set('orders.read-new', { enabled: true, rollout: 0 });
    const service = await serviceFor(world, database.url, '2.0');
    const customers = Array.from({ length: 20 }, (_, n) => `customer-${n}`);
    const orders = await Promise.all(customers.map(doubtfulOrder));
    const cohort = async () => {
      const shapes = await Promise.all(
        customers.map((customer, n) => shapeRead(service, customer, orders[n] ?? '')),
      );
      return customers.filter((_, n) => shapes[n] === 'new');
    };
    const grown = async (least: number, most: number) => {
      let now: string[] = [];
      await until(async () => {
        now = await cohort();
        // The flags may change between the reads of one look, but not between those of two.
        const settled = JSON.stringify(now) === JSON.stringify(await cohort());
        return settled && now.length >= least && now.length <= most;
      }, `from ${least} to ${most} customers are in`);
      return now;
    };

    await grown(0, 0);
    world.flags.set('orders.read-new', { rollout: 40 });
    const some = await grown(1, 19);
    world.flags.set('orders.read-new', { rollout: 100 });
    expect(await grown(20, 20)).toEqual(expect.arrayContaining(some));
  });

  it('is the last one that was known when the flag server goes', async () => {
    const flags = await startFlagServer({ flags: definitions(true) });
    const service = await serviceFor(world, database.url, '2.0', { UNLEASH_URL: flags.url });
    expect(await shapesWritten(service, 'alice')).toEqual(['old', 'new']);
    await flags.close();
    await until(async () => !(await answers(flags.url)), 'the flag server is gone');
    const before = await beats();
    await until(async () => (await beats()) > before, 'the replica lives on');
    expect(await shapesWritten(service, 'alice')).toEqual(['old', 'new']);
    expect(service.health.notReady()).toBeNull();
  });
});
