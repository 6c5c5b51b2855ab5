import { describe, expect, it } from 'vitest';
import type { ReleaseName } from '../src/releases.ts';
import { cloneDatabase } from './support/database.ts';
import { createWorld, openService } from './support/service.ts';

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
