import { createLogin } from '@scaleretail/embedded/login';
import pg from 'pg';
import type { ReleaseName } from '../../src/releases.ts';
import { serviceRole } from '../../src/schema-change/brownout.ts';
import { migrate } from '../../src/schema-change/migrate.ts';

export interface Product {
  readonly sku: string;
  readonly stock: number;
}

/** So much that no run empties a shelf: an order that is refused would show nothing. */
const stock = 10_000_000;

/** Some have prices finer than a cent, so that every total has been rounded. */
const prices = ['19.99', '0.01', '1.005', '249.00', '7.125', '3.333333', '0.5', '12.34'];

/** A shop that can be opened: what is on its shelves, and the address that the service is given. */
export interface Shop {
  readonly products: readonly Product[];
  readonly serviceUrl: string;
}

/** Sets the schema up as a release's first installation would, and fills the shelves. */
export async function openShop(databaseUrl: string, release: ReleaseName): Promise<Shop> {
  await migrate({ databaseUrl, step: 'install', release, patienceMs: 10_000, say: () => {} });
  const products = prices.map((price, index) => ({ sku: `sku-${index}`, stock, price }));
  const skus = products.map((product) => product.sku);
  return asOwner(databaseUrl, async (db) => {
    await db.query(
      'INSERT INTO products (sku, name, stock) SELECT sku, sku, $2 FROM unnest($1::text[]) AS p (sku)',
      [skus, stock],
    );
    await db.query(
      `INSERT INTO product_prices (sku, currency, price)
       SELECT sku, 'USD', price FROM unnest($1::text[], $2::numeric[]) AS p (sku, price)`,
      [skus, prices],
    );
    return { products, serviceUrl: await createLogin(db, databaseUrl, serviceRole) };
  });
}

/** Something done with the rights of the schema's owner, on a connection of its own. */
export async function asOwner<T>(
  databaseUrl: string,
  work: (db: pg.Client) => Promise<T>,
): Promise<T> {
  const db = new pg.Client(databaseUrl);
  db.on('error', () => {}); // the server ends under it when a run is interrupted
  await db.connect();
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}
