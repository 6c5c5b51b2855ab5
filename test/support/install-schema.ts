import pg from 'pg';
import { migrate } from '../../src/schema-change/migrate.ts';
import { releaseAt, type SchemaPoint } from './template.ts';

export const products = `
INSERT INTO products (sku, name, stock) VALUES
  ('mug', 'Mug', 1000000), ('pen', 'Pen', 1000000), ('free', 'Sample', 1000000),
  ('screw', 'Screw', 1000000), ('yacht', 'Yacht', 1000000), ('rare', 'Rare', 3), ('yen-only', 'Y', 9);
INSERT INTO product_prices (sku, currency, price) VALUES
  ('mug', 'USD', 19.99), ('pen', 'USD', 0.01), ('free', 'USD', 0), ('screw', 'USD', 1.005),
  ('yacht', 'USD', 9999999999.99), ('rare', 'USD', 5), ('yen-only', 'JPY', 1500),
  ('mug', 'JPY', 3000), ('mug', 'KWD', 6.125)`;

/** Brings an empty database to a point of the schema, with products in it. */
export async function installSchema(url: string, point: SchemaPoint): Promise<void> {
  await migrate({
    databaseUrl: url,
    step: 'install',
    release: releaseAt(point),
    patienceMs: 10_000,
    say: () => {},
  });
  const client = new pg.Client(url);
  await client.connect();
  await client.query(products);
  await client.end();
}
