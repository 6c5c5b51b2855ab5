import { fileURLToPath } from 'node:url';
import { startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import { runProcess } from '../world/processes.ts';
import type { Shop } from '../world/shop.ts';
import { seed } from './seed.ts';

/** The schema commands, as a user starts them. */
export const schemaCli = fileURLToPath(new URL('../../src/cli/schema.ts', import.meta.url));

export const customers = 2_000;
const products = 1_000;

/** A database of its own with a shop in the old shape. */
export interface Clone {
  readonly shop: Shop;
  readonly url: string;
  readonly db: pg.Client;
}

export interface BackfillWorld {
  readonly admin: pg.Client;
  /** A folder that goes with the world. */
  readonly folder: string;
  /** Gives a shop of so many orders, fresh each time and the same each time, and drops it after. */
  withClone<T>(orders: number, work: (clone: Clone) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Starts a durable PostgreSQL and makes a template for each number of orders. */
export async function createBackfillWorld(
  sizes: readonly number[],
  sharedBuffersMb: number,
  say: (line: string) => void,
): Promise<BackfillWorld> {
  const postgres = await startPostgres({
    settings: { shared_buffers: `${sharedBuffersMb}MB` },
  });
  try {
    const admin = await connect(postgres.url());
    await admin.query('CREATE DATABASE expanded');
    for (const release of ['1.0', '2.0']) {
      const env = { DATABASE_URL: postgres.url('expanded') };
      await runProcess(schemaCli, ['expand', '--release', release], env);
    }
    for (const orders of sizes) {
      say(`seeding ${orders} orders`);
      await admin.query(`CREATE DATABASE ${template(orders)} TEMPLATE expanded`);
      const db = await connect(postgres.url(template(orders)));
      await seed(db, { customers, products, orders });
      await db.end();
    }
    let clones = 0;
    return {
      admin,
      folder: postgres.folder,
      async withClone(orders, work) {
        clones += 1;
        const name = `clone_${clones}`;
        // The very files of the template, so that every variant begins with the same pages.
        await admin.query(
          `CREATE DATABASE ${name} TEMPLATE ${template(orders)} STRATEGY FILE_COPY`,
        );
        const url = postgres.url(name);
        const db = await connect(url);
        try {
          // The statistics' own counts begin at nothing in a copy, and autovacuum goes by them.
          await db.query('VACUUM (ANALYZE)');
          await db.query('CHECKPOINT');
          return await work({ shop: { customers, products, orders }, url, db });
        } finally {
          await db.end();
          await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        }
      },
      close: () => postgres.stop(),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

const template = (orders: number): string => `template_${orders}`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  // A server that is stopped under it says so here too; whoever asks next is told.
  client.on('error', () => {});
  await client.connect();
  return client;
}
