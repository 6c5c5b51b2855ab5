import { expect } from 'vitest';
import type { ApiTest } from './api-tests.ts';

const items = [{ sku: 'mug', quantity: 2 }];
const to = (street: string) => ({ items, shippingAddress: `${street}, 28195, Bremen, DE` });

/** What every release has to do with the address that an order is sent to. */
export const addressTests: readonly ApiTest[] = [
  {
    name: 'keeps where an order is sent, and says nothing where it is sent nowhere',
    async run({ service }) {
      const alice = await service.as('alice');
      const order = to('Böttcherstraße 1–3');
      const placed = await alice.post('/v1/orders', order).expect(201);
      expect(placed.body.shippingAddress).toBe(order.shippingAddress);
      const path = `/v1/orders/${placed.body.id}`;
      expect((await alice.get(path).expect(200)).body).toEqual(placed.body);
      const cancelled = await alice.post(`${path}/cancel`, {}).expect(200);
      expect(cancelled.body.shippingAddress).toBe(order.shippingAddress);
      const nowhere = await alice.post('/v1/orders', { items }).expect(201);
      expect(nowhere.body).not.toHaveProperty('shippingAddress');
      const listed = await alice.get('/v1/orders?limit=2').expect(200);
      expect(listed.body.orders).toEqual([nowhere.body, cancelled.body]);
    },
  },
  {
    name: 'takes another address for another request',
    async run({ service, release }) {
      const alice = await service.as('alice');
      const key = `address-${release}`;
      await alice.post('/v1/orders', to('Am Markt 1'), key).expect(201);
      const reused = await alice.post('/v1/orders', to('Am Markt 2'), key).expect(422);
      expect(reused.body.code).toBe('idempotency-key-reused');
    },
  },
  {
    name: 'answers half a character in an address as it stores it',
    async run({ service }) {
      const alice = await service.as('alice');
      const placed = await alice.post('/v1/orders', to('Am \ud800 1')).expect(201);
      expect(placed.body.shippingAddress).toBe('Am \ufffd 1, 28195, Bremen, DE');
      const read = await alice.get(`/v1/orders/${placed.body.id}`).expect(200);
      expect(read.body).toEqual(placed.body);
    },
  },
];
