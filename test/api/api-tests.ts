import { expect } from 'vitest';
import type { ReleaseName } from '../../src/releases.ts';
import type { TestService, World } from '../support/service.ts';
import { addressTests } from './address-tests.ts';

/** A replica of one release on one schema, in one phase. */
export interface Examined {
  readonly service: TestService;
  readonly world: World;
  readonly release: ReleaseName;
}

export interface ApiTest {
  readonly name: string;
  readonly run: (examined: Examined) => Promise<void>;
}

const items = [{ sku: 'mug', quantity: 2 }];

/** An order of alice's: two mugs for 19.99 each, placed by the first release. See history.ts. */
export const oldOrder = '00000000-0000-7000-8000-0000000000aa';
export const oldAddress = '12 High Street, SW1A 1AA, London, GB';

/** What every release has to do on every schema that it runs on, in every phase. */
export const apiTests: readonly ApiTest[] = [
  ...addressTests,
  {
    name: 'takes an order and gives it back',
    async run({ service, release }) {
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
    },
  },
  {
    name: 'reads, pays and gives back an order that the first release wrote',
    async run({ service }) {
      const alice = await service.as('alice');
      const read = await alice.get(`/v1/orders/${oldOrder}`).expect(200);
      expect(read.body).toMatchObject({
        total: '39.98',
        items: [{ unitPrice: '19.99' }],
        shippingAddress: oldAddress,
      });
      const paid = await alice
        .post(`/v1/orders/${oldOrder}/payments`, { token: 'tok_visa' })
        .expect(201);
      expect(paid.body).toMatchObject({ status: 'captured', total: '39.98' });
      const refunds = `/v1/payments/${paid.body.id}/refunds`;
      expect((await alice.post(refunds, { total: '9.98' }).expect(201)).body.total).toBe('9.98');
      expect((await alice.post(refunds, { total: '30.01' }).expect(422)).body.code).toBe(
        'refund-too-large',
      );
      const others = await alice.get('/v1/orders?limit=100').expect(200);
      expect(others.body.orders.map(({ id }: { id: string }) => id)).toContain(oldOrder);
    },
  },
  {
    name: 'hides somebody else’s order',
    async run({ service }) {
      const placed = await (await service.as('alice')).post('/v1/orders', { items }).expect(201);
      const mallory = await service.as('mallory');
      await mallory.get(`/v1/orders/${placed.body.id}`).expect(404);
      await mallory.post(`/v1/orders/${placed.body.id}/cancel`, {}).expect(404);
      const token = { token: 'tok_visa' };
      await mallory.post(`/v1/orders/${placed.body.id}/payments`, token).expect(404);
    },
  },
  {
    name: 'lists orders page by page, newest first',
    async run({ service, release }) {
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
    },
  },
  {
    name: 'charges an order once',
    async run({ service, world }) {
      const alice = await service.as('alice');
      const { id } = (await alice.post('/v1/orders', { items }).expect(201)).body;
      const paid = await alice.post(`/v1/orders/${id}/payments`, { token: 'tok_visa' }).expect(201);
      expect(paid.body).toMatchObject({ orderId: id, status: 'captured', total: '39.98' });
      expect((await alice.get(`/v1/payments/${paid.body.id}`).expect(200)).body).toEqual(paid.body);
      expect((await alice.get(`/v1/orders/${id}`)).body.status).toBe('paid');
      const again = await alice
        .post(`/v1/orders/${id}/payments`, { token: 'tok_visa' })
        .expect(409);
      expect(again.body.code).toBe('order-not-payable');
      await alice.post(`/v1/orders/${id}/cancel`, {}).expect(409);
      const charges = await chargesFor(world, id);
      expect(charges).toHaveLength(1);
      expect(charges[0]).toMatchObject({ amountMinor: 3998, currency: 'USD', key: paid.body.id });
    },
  },
  {
    name: 'lets a declined order be paid with another card',
    async run({ service }) {
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
    },
  },
  {
    name: 'gives the stock of a cancelled order back',
    async run({ service }) {
      const alice = await service.as('alice');
      const rare = [{ sku: 'rare', quantity: 3 }];
      const first = await alice.post('/v1/orders', { items: rare }).expect(201);
      const none = await alice.post('/v1/orders', { items: rare }).expect(409);
      expect(none.body).toMatchObject({ code: 'out-of-stock' });
      const cancelled = await alice.post(`/v1/orders/${first.body.id}/cancel`, {}).expect(200);
      expect(cancelled.body.status).toBe('cancelled');
      const second = await alice.post('/v1/orders', { items: rare }).expect(201);
      await alice.post(`/v1/orders/${second.body.id}/cancel`, {}).expect(200);
    },
  },
  {
    name: 'answers a repeated request byte for byte, and another one under its key with 422',
    async run({ service, release }) {
      const alice = await service.as('alice');
      const key = `repeat-${release}`;
      const first = await alice.post('/v1/orders', { items }, key).expect(201);
      const again = await alice.post('/v1/orders', { items }, key).expect(201);
      expect(again.text).toBe(first.text);
      expect(again.headers['idempotency-replayed']).toBe('true');
      const other = { items: [{ sku: 'pen', quantity: 1 }] };
      const reused = await alice.post('/v1/orders', other, key).expect(422);
      expect(reused.body.code).toBe('idempotency-key-reused');
    },
  },
  {
    name: 'rounds a price finer than a cent once, half away from zero',
    async run({ service }) {
      const alice = await service.as('alice');
      const screws = { items: [{ sku: 'screw', quantity: 3 }] };
      const placed = await alice.post('/v1/orders', screws).expect(201);
      expect(placed.body).toMatchObject({ total: '3.03', items: [{ unitPrice: '1.01' }] });
    },
  },
  {
    name: 'holds the largest amount, and refuses a larger one',
    async run({ service }) {
      const alice = await service.as('alice');
      const one = { items: [{ sku: 'yacht', quantity: 1 }] };
      const placed = await alice.post('/v1/orders', one).expect(201);
      expect(placed.body.total).toBe('9999999999.99');
      const more = { items: [...one.items, { sku: 'pen', quantity: 1 }] };
      expect((await alice.post('/v1/orders', more).expect(422)).body.code).toBe('total-too-large');
    },
  },
  {
    name: 'shows the catalogue',
    async run({ service }) {
      const alice = await service.as('alice');
      const mug = await alice.get('/v1/products/mug').expect(200);
      expect(mug.body).toMatchObject({ sku: 'mug', inStock: true, prices: { USD: '19.99' } });
      expect((await alice.get('/v1/products').expect(200)).body.products.length).toBeGreaterThan(4);
      await alice.get('/v1/products/nothing').expect(404);
    },
  },
  {
    name: 'is ready, alive, started and measured',
    async run({ service, release }) {
      const alice = await service.as('alice');
      for (const path of ['/livez', '/readyz', '/startupz', '/docs']) {
        await alice.get(path).redirects(1).expect(200);
      }
      const metrics = await alice.get('/metrics').expect(200);
      expect(metrics.text).toContain(`release="${release}"`);
      const openapi = await alice.get('/docs/json').expect(200);
      expect(openapi.body.openapi).toBe('3.1.0');
      expect(Object.keys(openapi.body.paths)).toContain('/v1/orders/{id}/payments');
    },
  },
];

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
