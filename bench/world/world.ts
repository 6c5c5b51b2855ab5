import { fileURLToPath } from 'node:url';
import { startFlagServer } from '@scaleretail/embedded/flag-server';
import { createLogin } from '@scaleretail/embedded/login';
import { startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import { createIdentity } from './identity.ts';
import { type Running, runProcess, startProcess, startRedis } from './processes.ts';
import { fillOrders, fillShop, firstPayable, type Shop } from './shop.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface WorldOptions {
  readonly shop: Shop;
  /** Connections to the database, for the bare handler and for each replica. */
  readonly poolSize: number;
  /** Options for Node in the API's processes, as NODE_OPTIONS takes them. */
  readonly nodeOptions: string;
  readonly say: (line: string) => void;
}

/** What answers requests: each is one process, started at its first use and then kept. */
export const targets = ['bare', 'api', 'api-cached', 'api-2.0'] as const;
export type Target = (typeof targets)[number];

/** Everything that a run needs; `close` leaves nothing behind. */
export interface World {
  readonly databaseUrl: string;
  readonly tokens: readonly string[];
  readonly db: pg.Client;
  /** Null: it cannot be had on this machine. */
  start(target: Target): Promise<Running | null>;
  /** Places orders to be paid, and gives the number of the first, counted from `firstPayable`. */
  placePayable(count: number): Promise<number>;
  close(): Promise<void>;
}

/** Starts the parts one after the other; when one fails, those before it are closed again. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { shop, say } = options;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const postgres = await startPostgres();
    closers.push(() => postgres.stop());
    const databaseUrl = postgres.url();
    for (const release of ['1.0', '2.0']) {
      const args = ['expand', '--release', release];
      await runProcess(path('../../src/cli/schema.ts'), args, { DATABASE_URL: databaseUrl });
    }
    const db = new pg.Client(databaseUrl);
    await db.connect();
    closers.push(() => db.end());
    say(`filling the shop: ${shop.orders} orders, ${shop.products} products`);
    await fillShop(db, shop);
    const { jwksFile, tokens } = await createIdentity(postgres.folder, shop.customers);
    const gateway = await startProcess(path('../../gateway-sandbox/server.ts'), {
      PORT: '0',
      LATENCY_MS: '0',
    });
    closers.push(() => gateway.close());
    // Release 2.0 is in dual-read-new by these; 1.0 has one phase, whatever they say.
    const flags = await startFlagServer({
      flags: [
        { name: 'orders.dual-write', enabled: true, rollout: 100 },
        { name: 'orders.read-new', enabled: true, rollout: 100 },
        { name: 'orders.shadow-compare', enabled: false, rollout: 0, stickiness: 'random' },
      ],
    });
    closers.push(() => flags.close());
    const shared = {
      DATABASE_URL: await createLogin(db, databaseUrl, 'scaleretail_api'),
      DATABASE_POOL_SIZE: String(options.poolSize),
      GATEWAY_URL: gateway.url,
    };
    const apiEnv = {
      ...shared,
      PORT: '0',
      // Few customers send all the load: they are counted as anybody, and never refused.
      RATE_LIMIT_MAX: '1000000000',
      UNLEASH_URL: flags.url,
      UNLEASH_TOKEN: flags.token,
      JWT_JWKS_FILE: jwksFile,
      SHUTDOWN_DELAY_MS: '0',
      ...(options.nodeOptions !== '' && { NODE_OPTIONS: options.nodeOptions }),
    };
    const api = (env: Record<string, string>) =>
      startProcess(path('../../src/server.ts'), { ...apiEnv, ...env });
    const starters: Readonly<Record<Target, () => Promise<Running | null>>> = {
      bare: () => startProcess(path('../bare/server.ts'), shared),
      api: () => api({ RELEASE: '1.0', INSTANCE_ID: 'bench-1.0' }),
      'api-cached': async () => {
        const redis = await startRedis();
        if (redis === null) return null;
        closers.push(() => redis.close());
        return api({ RELEASE: '1.0', INSTANCE_ID: 'bench-cached', REDIS_URL: redis.url });
      },
      'api-2.0': () => api({ RELEASE: '2.0', INSTANCE_ID: 'bench-2.0' }),
    };
    const started = new Map<Target, Running | null>();
    let payable = 0;
    return {
      databaseUrl,
      tokens,
      db,
      close,
      async start(target) {
        const before = started.get(target);
        if (before !== undefined) return before;
        const running = await starters[target]();
        if (running !== null) closers.push(() => running.close());
        started.set(target, running);
        return running;
      },
      async placePayable(count) {
        const from = payable;
        payable += count;
        await fillOrders(db, shop, firstPayable + from, firstPayable + payable - 1);
        return from;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
