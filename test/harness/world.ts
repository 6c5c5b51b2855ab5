import { join } from 'node:path';
import { startFlagServer } from '@scaleretail/embedded/flag-server';
import { type EmbeddedPostgres, startPostgres } from '@scaleretail/embedded/postgres';
import type { ReleaseName } from '../../src/releases.ts';
import { flagsOfChanges } from '../support/flags.ts';
import { mayTestRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type Customer, createCustomers } from './customers.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway.ts';
import { openShop, type Product } from './shop.ts';

export interface WorldOptions {
  /** The schema is the one that this release installs. */
  readonly release: ReleaseName;
  readonly customers: number;
  /** From a charge to its answer, in milliseconds. */
  readonly gatewayLatencyMs: number;
}

/** Everything that replicas talk to: real servers, started and filled. */
export interface World {
  readonly postgres: EmbeddedPostgres;
  readonly databaseUrl: string;
  readonly gateway: GatewayProcess;
  /** Absent where no redis-server is installed. */
  readonly redis: RedisServer | undefined;
  readonly customers: readonly Customer[];
  readonly products: readonly Product[];
  /** The environment of a replica, without what is its own. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the parts one after the other; when one fails, those before it are closed again. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const postgres = await startPostgres();
    closers.push(() => postgres.stop());
    const databaseUrl = postgres.url();
    const { products, serviceUrl } = await openShop(databaseUrl, options.release);
    const jwksFile = join(postgres.folder, 'jwks.json');
    const customers = await createCustomers(jwksFile, options.customers);
    const gateway = await startGatewayProcess(join(postgres.folder, 'ledger.jsonl'), {
      LATENCY_MS: String(options.gatewayLatencyMs),
    });
    closers.push(() => gateway.close());
    const redis = mayTestRedis ? await startRedis() : undefined;
    if (redis !== undefined) closers.push(() => redis.kill());
    const flags = await startFlagServer({ flags: flagsDuringTheChange });
    closers.push(() => flags.close());
    const env = {
      DATABASE_URL: serviceUrl,
      UNLEASH_URL: flags.url,
      UNLEASH_TOKEN: flags.token,
      FLAGS_POLL_MS: '1000',
      // One customer of a run sends what hundreds would.
      RATE_LIMIT_MAX: '0',
      GATEWAY_URL: gateway.url,
      JWT_JWKS_FILE: jwksFile,
      ...(redis !== undefined && { REDIS_URL: redis.url }),
    };
    return { postgres, databaseUrl, gateway, redis, customers, products, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The middle of a schema change: both shapes are written, and half of the customers read the new one. */
const flagsDuringTheChange = flagsOfChanges({ dualWrite: true, readNew: 50, shadowCompare: 10 });
