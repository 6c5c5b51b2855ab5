import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargesFor } from './support/charges.ts';
import { databaseFor } from './support/database.ts';
import { createWorld, serviceFor, type World } from './support/service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('a card that the gateway answers badly', () => {
  it.each([
    { token: 'tok_late', status: 201, told: { status: 'captured' }, charged: ['captured'] },
    { token: 'tok_drop', status: 201, told: { status: 'captured' }, charged: ['captured'] },
    { token: 'tok_twice', status: 201, told: { status: 'captured' }, charged: ['captured'] },
    { token: 'tok_flaky', status: 201, told: { status: 'captured' }, charged: ['captured'] },
    { token: 'tok_declined', status: 201, told: { status: 'declined' }, charged: ['declined'] },
    { token: 'tok_timeout', status: 503, told: { code: 'payment-pending' }, charged: [] },
    { token: 'tok_moon', status: 422, told: { code: 'card-token-refused' }, charged: [] },
  ])('$token: $status, and charged $charged', async ({ token, status, told, charged }) => {
    const more = { GATEWAY_TIMEOUT_MS: '1000' };
    const service = await serviceFor(world, (await databaseFor('expanded')).url, '2.0', more);
    const alice = await service.as('alice');
    const order = { items: [{ sku: 'mug', quantity: 1 }] };
    const { id } = (await alice.post('/v1/orders', order).expect(201)).body;
    const path = `/v1/orders/${id}/payments`;
    const paid = await alice.post(path, { token });
    expect(paid.body).toMatchObject(told);
    expect(paid.status).toBe(status);
    const charges = await chargesFor(world.gateway, id);
    expect(charges.map((charge) => charge.status)).toEqual(charged);
    if (status === 201) expect(charges).toMatchObject([{ key: paid.body.id }]);
  });
});
