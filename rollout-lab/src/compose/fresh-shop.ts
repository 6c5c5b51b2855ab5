import { closeDatabase } from '@scaleretail/embedded/login';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Db } from '../world/db.ts';

/** Two runs cannot have the shop at the same time. */
export class ShopTakenError extends Error {
  constructor() {
    super('another run has the shop: wait for its end, or end it on its page');
    this.name = 'ShopTakenError';
  }
}

/** By this lock on the server a run has the shop to itself. */
const lockKey = 7_070_001;
const application_name = 'rollout-lab';

/** The right to do with the shop what one likes. */
export interface Shop {
  /**
   * Makes its database and its cache anew: nothing of an earlier run is left. Who still uses them loses
   * them. Gives what sends SQL as the owner of the schema, also after the server was restarted.
   */
  renew(): Promise<Db>;
  close(): Promise<void>;
}

/** @throws {ShopTakenError} */
export async function takeShop(databaseUrl: string, redisUrl: string): Promise<Shop> {
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  const server = new pg.Client({ connectionString: url.href, application_name });
  server.on('error', () => {});
  await server.connect();
  const { rows } = await server.query('SELECT pg_try_advisory_lock($1) AS mine', [lockKey]);
  if (rows[0]?.mine !== true) {
    await server.end();
    throw new ShopTakenError();
  }
  const db = new pg.Pool({ connectionString: databaseUrl, application_name, max: 1 });
  db.on('error', () => {});
  return {
    async renew() {
      await server.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
      await server.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      await closeDatabase(server, name);
      await forget(redisUrl);
      return db;
    },
    async close() {
      await db.end();
      await server.end();
    },
  };
}

async function forget(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
  redis.on('error', () => {});
  await redis.flushall().finally(() => redis.disconnect());
}
