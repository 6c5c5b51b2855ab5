import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inChange, type ReleaseName, releases } from '../src/releases.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { createWorld, openService, type TestService, type World } from './support/service.ts';

/** Every release on every schema that it is allowed on. */
const pairs = [...releases.values()].flatMap((release) =>
  inChange(release, 'minor-units').runsOn.map((schema) => ({ release: release.name, schema })),
);

const items = [{ sku: 'mug', quantity: 2 }];

describe.each(pairs)('the API of $release on schema $schema', ({ release, schema }) => {
  let world: World;
  let database: TestDatabase;
  let service: TestService;

  beforeAll(async () => {
    world = await createWorld();
    database = await cloneDatabase(schema);
    service = await openService(world, database.url, release);
  });

  afterAll(async () => {
    await service.close();
    await database.drop();
    await world.close();
  });

  it('takes an order and gives it back', async () => {
    const alice = await service.as('alice');
    const placed = await alice.post('/v1/orders', { items }).expect(201);
    expect(placed.headers['x-release']).toBe(release);
    expect(placed.body).toMatchObject({
      status: 'placed',
      total: '39.98',
      items: [{ sku: 'mug', quantity: 2, unitPrice: '19.99' }],
    });
    expect(placed.body.amount).toEqual(
      release === '1.0' ? undefined : { minor: 3998, currency: 'USD' },
    );
    const read = await alice.get(`/v1/orders/${placed.body.id}`).expect(200);
    expect(read.body).toEqual(placed.body);
  });

  it('hides somebody else’s order', async () => {
    const placed = await (await service.as('alice')).post('/v1/orders', { items }).expect(201);
    const mallory = await service.as('mallory');
    await mallory.get(`/v1/orders/${placed.body.id}`).expect(404);
    await mallory.post(`/v1/orders/${placed.body.id}/cancel`, {}).expect(404);
    const token = { token: 'tok_visa' };
    await mallory.post(`/v1/orders/${placed.body.id}/payments`, token).expect(404);
  });

  it('lists orders page by page, newest first', async () => {
    const lister = await service.as(`lister-${release}`);
    const placed: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      placed.unshift((await lister.post('/v1/orders', { items }).expect(201)).body.id);
    }
    const first = await lister.get('/v1/orders?limit=3').expect(200);
    const second = await lister.get(`/v1/orders?limit=3&cursor=${first.body.next}`).expect(200);
    const ids = [...first.body.orders, ...second.body.orders].map((order) => order.id);
    expect(ids).toEqual(placed);
    expect(second.body.next).toBeNull();
  });

  it('charges an order once', async () => {
    const alice = await service.as('alice');
    const { id } = (await alice.post('/v1/orders', { items }).expect(201)).body;
    const paid = await alice.post(`/v1/orders/${id}/payments`, { token: 'tok_visa' }).expect(201);
    expect(paid.body).toMatchObject({ orderId: id, status: 'captured', total: '39.98' });
    expect((await alice.get(`/v1/payments/${paid.body.id}`).expect(200)).body).toEqual(paid.body);
    expect((await alice.get(`/v1/orders/${id}`)).body.status).toBe('paid');
    const again = await alice.post(`/v1/orders/${id}/payments`, { token: 'tok_visa' }).expect(409);
    expect(again.body.code).toBe('order-not-payable');
    await alice.post(`/v1/orders/${id}/cancel`, {}).expect(409);
    const charges = await chargesFor(world, id);
    expect(charges).toHaveLength(1);
    expect(charges[0]).toMatchObject({ amountMinor: 3998, currency: 'USD', key: paid.body.id });
  });

  it('lets a declined order be paid with another card', async () => {
    const alice = await service.as('alice');
    const { id } = (await alice.post('/v1/orders', { items }).expect(201)).body;
    const payments = `/v1/orders/${id}/payments`;
    expect((await alice.post(payments, { token: 'tok_declined' }).expect(201)).body.status).toBe(
      'declined',
    );
    const refused = await alice.post(payments, { token: 'tok_nobody_knows' }).expect(422);
    expect(refused.body.errors[0].field).toBe('/token');
    expect((await alice.post(payments, { token: 'tok_visa' }).expect(201)).body.status).toBe(
      'captured',
    );
  });

  it('gives the stock of a cancelled order back', async () => {
    const alice = await service.as('alice');
    const rare = [{ sku: 'rare', quantity: 3 }];
    const first = await alice.post('/v1/orders', { items: rare }).expect(201);
    const none = await alice.post('/v1/orders', { items: rare }).expect(409);
    expect(none.body).toMatchObject({ code: 'out-of-stock' });
    const cancelled = await alice.post(`/v1/orders/${first.body.id}/cancel`, {}).expect(200);
    expect(cancelled.body.status).toBe('cancelled');
    const second = await alice.post('/v1/orders', { items: rare }).expect(201);
    await alice.post(`/v1/orders/${second.body.id}/cancel`, {}).expect(200);
  });

  it('answers a repeated request byte for byte, and another one under its key with 422', async () => {
    const alice = await service.as('alice');
    const key = `repeat-${release}`;
    const first = await alice.post('/v1/orders', { items }, key).expect(201);
    const again = await alice.post('/v1/orders', { items }, key).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = { items: [{ sku: 'pen', quantity: 1 }] };
    const reused = await alice.post('/v1/orders', other, key).expect(422);
    expect(reused.body.code).toBe('idempotency-key-reused');
  });

  it('rounds a price finer than a cent once, half away from zero', async () => {
    const alice = await service.as('alice');
    const screws = { items: [{ sku: 'screw', quantity: 3 }] };
    const placed = await alice.post('/v1/orders', screws).expect(201);
    expect(placed.body).toMatchObject({ total: '3.03', items: [{ unitPrice: '1.01' }] });
  });

  it('holds the largest amount, and refuses a larger one', async () => {
    const alice = await service.as('alice');
    const one = { items: [{ sku: 'yacht', quantity: 1 }] };
    const placed = await alice.post('/v1/orders', one).expect(201);
    expect(placed.body.total).toBe('9999999999.99');
    const more = { items: [...one.items, { sku: 'pen', quantity: 1 }] };
    expect((await alice.post('/v1/orders', more).expect(422)).body.code).toBe('total-too-large');
  });

  it('shows the catalogue', async () => {
    const alice = await service.as('alice');
    const mug = await alice.get('/v1/products/mug').expect(200);
    expect(mug.body).toMatchObject({ sku: 'mug', inStock: true, prices: { USD: '19.99' } });
    expect((await alice.get('/v1/products').expect(200)).body.products.length).toBeGreaterThan(4);
    await alice.get('/v1/products/nothing').expect(404);
  });

  it('is ready, alive, started and measured', async () => {
    const alice = await service.as('alice');
    for (const path of ['/livez', '/readyz', '/startupz', '/docs']) {
      await alice.get(path).redirects(1).expect(200);
    }
    const metrics = await alice.get('/metrics').expect(200);
    expect(metrics.text).toContain(`release="${release}"`);
    const openapi = await alice.get('/docs/json').expect(200);
    expect(openapi.body.openapi).toBe('3.1.0');
    expect(Object.keys(openapi.body.paths)).toContain('/v1/orders/{id}/payments');
  });
});

describe('currencies', () => {
  const sold: readonly [ReleaseName, number][] = [
    ['3.0', 400],
    ['4.0', 201],
  ];
  it.each(sold)('release %s answers an order in yen with %i', async (release, status) => {
    const world = await createWorld();
    const database = await cloneDatabase('contracted');
    const service = await openService(world, database.url, release);
    try {
      const alice = await service.as('alice');
      const order = { currency: 'JPY', items: [{ sku: 'mug', quantity: 2 }] };
      const answer = await alice.post('/v1/orders', order).expect(status);
      if (status === 201) {
        expect(answer.body).toMatchObject({
          total: '6000',
          amount: { minor: 6000, currency: 'JPY' },
        });
      } else {
        expect(answer.body.errors[0]).toMatchObject({ field: '/currency' });
      }
    } finally {
      await service.close();
      await database.drop();
      await world.close();
    }
  });
});

interface Charge {
  readonly reference: string;
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
}

async function chargesFor(world: World, orderId: string): Promise<Charge[]> {
  const answer = await fetch(`${world.gateway.url}/v1/charges?limit=1000`);
  const { charges } = (await answer.json()) as { charges: Charge[] };
  return charges.filter((charge) => charge.reference === orderId);
}
