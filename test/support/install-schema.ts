import pg from 'pg';
import type { ReleaseName, SchemaState } from '../../src/releases.ts';
import { migrate } from '../../src/schema-change/migrate.ts';

/** The release whose installation leaves the schema in a state. */
const releaseFor: Readonly<Record<SchemaState, ReleaseName>> = {
  baseline: '1.0',
  expanded: '2.0',
  relaxed: '3.0',
  contracted: '4.0',
};

export const products = `
INSERT INTO products (sku, name, stock) VALUES
  ('mug', 'Mug', 1000000), ('pen', 'Pen', 1000000), ('free', 'Sample', 1000000),
  ('screw', 'Screw', 1000000), ('yacht', 'Yacht', 1000000), ('rare', 'Rare', 3), ('yen-only', 'Y', 9);
INSERT INTO product_prices (sku, currency, price) VALUES
  ('mug', 'USD', 19.99), ('pen', 'USD', 0.01), ('free', 'USD', 0), ('screw', 'USD', 1.005),
  ('yacht', 'USD', 9999999999.99), ('rare', 'USD', 5), ('yen-only', 'JPY', 1500),
  ('mug', 'JPY', 3000), ('mug', 'KWD', 6.125)`;

/** Brings an empty database to a schema state, with products in it. */
export async function installSchema(url: string, state: SchemaState): Promise<void> {
  await migrate({
    databaseUrl: url,
    step: 'install',
    release: releaseFor[state],
    patienceMs: 10_000,
    say: () => {},
  });
  const client = new pg.Client(url);
  await client.connect();
  await client.query(products);
  await client.end();
}
