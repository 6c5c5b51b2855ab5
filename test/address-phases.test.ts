import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippingAddress } from '../src/changes/shipping-address/change.ts';
import type { ShipTo } from '../src/orders/address.ts';
import { compareOrder, findOrder } from '../src/orders/store.ts';
import { type Phase, phases, phasesAllowedOn } from '../src/schema-change/phases/phases.ts';
import { compareNow } from '../src/schema-change/verify/compare-now.ts';
import { cloneDatabase, databaseFor, type TestDatabase } from './support/database.ts';
import { storeOrder } from './support/orders.ts';
import { phasesIn } from './support/phases.ts';
import { schema } from './support/schema-command.ts';

/** The states in which two phases can meet, by the release that installs them. */
const points = [
  { point: '5.0', state: 'expanded' },
  { point: '6.0', state: 'relaxed' },
] as const;

const bremen = { street: 'Böttcherstraße 1–3', postcode: '28195', city: 'Bremen', country: 'DE' };

/** None, one as it should be, and what a careless split would spoil. */
const addresses: readonly (ShipTo | null)[] = [
  null,
  bremen,
  { street: ' ', postcode: '  1 ', city: '; ', country: 'GB' },
  { street: '𠮷野家 1', postcode: "O'Brien", city: '\\', country: 'JP' },
];

async function store(db: TestDatabase, writer: Phase['name'], shipTo: ShipTo | null) {
  const id = randomUUID();
  const total = { minor: 1, currency: 'USD' };
  const phasesOf = phasesIn(writer, 'shipping-address');
  await storeOrder(db.pool, phasesOf, { id, customerId: 'alice', total, items: [], shipTo });
  return id;
}

async function read(db: TestDatabase, reader: Phase['name'], id: string) {
  const order = await findOrder(db.pool, phasesIn(reader, 'shipping-address'), id, 'alice');
  return order?.shipTo;
}

describe.each(points)('on the schema of $point', ({ point, state }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(point);
  });
  afterAll(() => database.drop());

  const allowed = phasesAllowedOn[state];
  const pairs = phases.flatMap(({ name: writer, safeBeside }) =>
    [writer, ...safeBeside]
      .filter((reader) => [writer, reader].every((phase) => allowed.includes(phase)))
      .map((reader) => ({ writer, reader })),
  );

  it.each(pairs)('$reader reads what $writer writes', async ({ writer, reader }) => {
    for (const shipTo of addresses) {
      const id = await store(database, writer, shipTo);
      expect(await read(database, reader, id)).toEqual(shipTo);
    }
  });
});

describe('the two shapes', () => {
  it('say the same after a backfill, of every address', async () => {
    const database = await databaseFor('5.0');
    const ids: string[] = [];
    for (const shipTo of addresses) ids.push(await store(database, 'old', shipTo));
    for (const id of ids) {
      expect(await compareOrder(database.pool, 'shipping-address', id)).toEqual(['unfilled']);
    }
    expect((await schema(database.url, 'backfill')).code).toBe(0);
    expect((await schema(database.url, 'verify')).code).toBe(0);
    for (const [index, id] of ids.entries()) {
      expect(await compareOrder(database.pool, 'shipping-address', id)).toEqual(['same']);
      expect(await read(database, 'dual-read-new', id)).toEqual(addresses[index]);
    }
  });

  it('cannot both hold a comma within a part: the old one refuses', async () => {
    const database = await databaseFor('5.0');
    const flat = { ...bremen, street: 'Flat 2, Böttcherstraße 1' };
    await expect(store(database, 'dual-read-old', flat)).rejects.toMatchObject({ code: '23502' });
  });

  it('differ where a text is no address of four parts, and verify says so', async () => {
    const database = await databaseFor('5.0');
    const id = await store(database, 'old', bremen);
    await database.pool.query('UPDATE orders SET shipping_address = $1', ['1 High Street, London']);
    expect((await schema(database.url, 'backfill')).code).toBe(0);
    const found = await schema(database.url, 'verify');
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`unfilled: orders id=${id}`);
  });
});

describe('the proof can fail', () => {
  it('sees that "new" cannot read what "old" writes', async () => {
    const database = await databaseFor('5.0');
    const id = await store(database, 'old', bremen);
    expect(await read(database, 'new', id)).not.toEqual(bremen);
  });

  it('refuses a writer of the old shape alone once the schema is relaxed', async () => {
    const database = await databaseFor('6.0');
    await expect(store(database, 'old', bremen)).rejects.toMatchObject({ code: '23514' });
  });

  it('sees that a default left on the old column says something else for a new writer', async () => {
    const database = await databaseFor('6.0');
    await store(database, 'new', bremen);
    expect(await compareNow(database.pool, shippingAddress)).toMatchObject({ different: 0 });
    await database.pool.query(`ALTER TABLE orders ALTER shipping_address SET DEFAULT ''`);
    await store(database, 'new', bremen);
    expect(await compareNow(database.pool, shippingAddress)).toMatchObject({ different: 1 });
  });
});
