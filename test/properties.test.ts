import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flagNames } from '../src/changes/changes.ts';
import { releaseNames } from '../src/releases.ts';
import { type Books, booksOf, expectedBooks } from './properties/books.ts';
import { type Command, sequences } from './properties/commands.ts';
import { type Model, type Real, unitMinor } from './properties/model.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { createWorld, openService, type TestService, type World } from './support/service.ts';

/** Neighbouring releases, as they stand beside each other on the schema of the newer one. */
const neighbours = releaseNames.slice(1).map((newer, index) => {
  return { older: releaseNames[index] ?? newer, newer };
});
const runs = 20;
const stockAtStart = 12;

let world: World;

beforeAll(async () => {
  world = await createWorld();
  for (const flag of flagNames) world.flags.set(flag, { enabled: true });
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

describe.each(neighbours)('replicas of $older and $newer, on its schema', ({ older, newer }) => {
  let database: TestDatabase;
  let replicas: TestService[];

  beforeAll(async () => {
    database = await cloneDatabase(newer);
    await database.pool.query(`INSERT INTO products (sku, name, stock) VALUES ('scarce', 'S', 1)`);
    await database.pool.query(`INSERT INTO product_prices VALUES ('scarce', 'USD', 2.5)`);
    replicas = [
      await openService(world, database.url, older),
      await openService(world, database.url, newer),
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
