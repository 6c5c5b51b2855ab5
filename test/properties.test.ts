import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseName, SchemaState } from '../src/releases.ts';
import { type Books, booksOf, expectedBooks } from './properties/books.ts';
import { type Command, sequences } from './properties/commands.ts';
import { type Model, type Real, unitMinor } from './properties/model.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { createWorld, openService, type TestService, type World } from './support/service.ts';

/** Neighbouring releases, as they stand beside each other on one schema. */
const neighbours: readonly [SchemaState, ReleaseName, ReleaseName][] = [
  ['expanded', '1.0', '2.0'],
  ['relaxed', '2.0', '3.0'],
  ['contracted', '3.0', '4.0'],
];
const runs = 20;
const stockAtStart = 12;

let world: World;

beforeAll(async () => {
  world = await createWorld();
  world.flags.set('orders.dual-write', { enabled: true });
  world.flags.set('orders.read-new', { enabled: true });
});
afterAll(() => world.close());

let customers = 0;

/** Fills the shelf, runs a sequence for a new customer, and gives both sides' books. */
async function run(
  database: TestDatabase,
  replicas: readonly TestService[],
  commands: Iterable<Command>,
): Promise<{ found: Books; expected: Books }> {
  const customer = `property-${++customers}`;
  await database.pool.query('UPDATE products SET stock = $1', [stockAtStart]);
  const stock = new Map(Object.keys(unitMinor).map((sku) => [sku, stockAtStart]));
  const model: Model = { orders: [], payments: [], answered: [], stock };
  const real: Real = { replicas, customer };
  await fc.asyncModelRun(() => ({ model, real }), commands);
  return {
    found: await booksOf(database.pool, world.gateway, customer),
    expected: expectedBooks(model),
  };
}

describe.each(neighbours)('on schema %s, replicas of %s and %s', (schema, one, two) => {
  let database: TestDatabase;
  let replicas: TestService[];

  beforeAll(async () => {
    database = await cloneDatabase(schema);
    await database.pool.query(`INSERT INTO products (sku, name, stock) VALUES ('scarce', 'S', 1)`);
    await database.pool.query(`INSERT INTO product_prices VALUES ('scarce', 'USD', 2.5)`);
    replicas = [
      await openService(world, database.url, one),
      await openService(world, database.url, two),
    ];
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await database.drop();
  });

  it('whatever a customer does, orders, payments, refunds, charges and stock add up', async () => {
    const property = fc.asyncProperty(sequences, async (commands) => {
      const { found, expected } = await run(database, replicas, commands);
      expect(found).toEqual(expected);
    });
    await fc.assert(property, { numRuns: runs });
  }, 240_000);

  it('and it would be seen if they did not', async () => {
    const place: Command = {
      check: () => true,
      async run(_, real) {
        const client = await real.replicas[0]?.as(real.customer);
        // Done behind the model's back.
        await client?.post('/v1/orders', { items: [{ sku: 'pen', quantity: 1 }] }).expect(201);
      },
    };
    const { found, expected } = await run(database, replicas, [place]);
    expect(found).not.toEqual(expected);
  });
});
