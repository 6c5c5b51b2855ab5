import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseName } from '../src/releases.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import {
  createWorld,
  openService,
  serviceFor,
  type TestService,
  type World,
} from './support/service.ts';

const items = [{ sku: 'mug', quantity: 1 }];
const shipTo = { street: 'Am Markt 1', postcode: '28195', city: 'Bremen', country: 'DE' };
const shippingAddress = 'Am Markt 1, 28195, Bremen, DE';
const flat = { ...shipTo, street: 'Flat 2, Am Markt 1' };

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('release 5.0 beside 4.0', () => {
  let database: TestDatabase;
  let older: TestService;
  let newer: TestService;
  beforeAll(async () => {
    database = await cloneDatabase('5.0');
    older = await openService(world, database.url, '4.0');
    newer = await openService(world, database.url, '5.0');
  });
  afterAll(async () => {
    await Promise.all([older.close(), newer.close()]);
    await database.drop();
  });

  it.each([{ shipTo }, { shippingAddress }])('takes %o and answers both forms', async (address) => {
    const alice = await newer.as('alice');
    const placed = await alice.post('/v1/orders', { items, ...address }).expect(201);
    expect(placed.body).toMatchObject({ shipTo, shippingAddress });
    expect(placed.headers).toMatchObject({
      deprecation: expect.stringMatching(/^@/),
      sunset: expect.stringMatching(/GMT$/),
    });
    const read = await (await older.as('alice')).get(`/v1/orders/${placed.body.id}`).expect(200);
    expect(read.body).toMatchObject({ shippingAddress });
    expect(read.body).not.toHaveProperty('shipTo');
  });

  it('reads the text that the older one has written', async () => {
    const alice = await older.as('alice');
    const placed = await alice.post('/v1/orders', { items, shippingAddress }).expect(201);
    const read = await (await newer.as('alice')).get(`/v1/orders/${placed.body.id}`).expect(200);
    expect(read.body).toMatchObject({ shipTo, shippingAddress });
  });

  it('refuses two addresses, a part that is missing, and one that the text cannot hold', async () => {
    const alice = await newer.as('alice');
    const { city: _, ...cityless } = shipTo;
    const wrong: readonly [object, string][] = [
      [{ shipTo, shippingAddress }, '/'],
      [{ shipTo: cityless }, '/shipTo/city'],
      [{ shipTo: { ...shipTo, country: 'Germany' } }, '/shipTo/country'],
      [{ shipTo: { ...shipTo, street: '' } }, '/shipTo/street'],
      [{ shipTo: flat }, '/shipTo/street'],
    ];
    for (const [address, field] of wrong) {
      const { body } = await alice.post('/v1/orders', { items, ...address }).expect(400);
      expect(body.errors.map((error: { field: string }) => error.field)).toEqual([field]);
    }
  });

  it('keeps the new form from a client of the older release', async () => {
    const { body } = await (await older.as('alice')).post('/v1/orders', { items, shipTo });
    expect(body).toMatchObject({ code: 'invalid-request', errors: [{ field: '/shipTo' }] });
  });
});

describe('a comma within a street', () => {
  const taken: readonly [ReleaseName, number][] = [
    ['6.0', 400],
    ['7.0', 201],
  ];
  it.each(taken)('is answered by release %s with %i', async (release, status) => {
    const database = await cloneDatabase('7.0');
    const service = await openService(world, database.url, release);
    try {
      const alice = await service.as('alice');
      const answer = await alice.post('/v1/orders', { items, shipTo: flat }).expect(status);
      if (status === 400) expect(answer.body.errors[0]).toMatchObject({ field: '/shipTo/street' });
      else expect(answer.body).toMatchObject({ shipTo: flat });
    } finally {
      await service.close();
      await database.drop();
    }
  });

  it('that 7.0 has stored is read by 6.0 too', async () => {
    const database = await cloneDatabase('7.0');
    try {
      const [older, newer] = [
        await serviceFor(world, database.url, '6.0'),
        await serviceFor(world, database.url, '7.0'),
      ];
      const placed = await (await newer.as('alice')).post('/v1/orders', { items, shipTo: flat });
      const read = await (await older.as('alice')).get(`/v1/orders/${placed.body.id}`).expect(200);
      expect(read.body).toEqual(placed.body);
    } finally {
      await database.drop();
    }
  });
});
