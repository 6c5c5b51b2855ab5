import { fileURLToPath } from 'node:url';
import { startFlagServer } from '@scaleretail/embedded/flag-server';
import { createLogin } from '@scaleretail/embedded/login';
import { createIdentity } from '../world/identity.ts';
import { startProcess } from '../world/processes.ts';
import { type BackfillWorld, type Clone, customers } from './world.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Two, as anybody has at the least who replaces one while the other serves. */
const replicas = ['one', 'two'] as const;
const poolSize = 10;

/** What stands around the database and outlives every clone: gateway, flags, signed-in customers. */
export interface Neighbours {
  readonly tokens: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startNeighbours(world: BackfillWorld): Promise<Neighbours> {
  const { jwksFile, tokens } = await createIdentity(world.folder, customers);
  const gateway = await startProcess(path('../../gateway-sandbox/server.ts'), {
    PORT: '0',
    LATENCY_MS: '0',
  });
  // Dual write on and reads still old: the phase in which one backfills.
  const flags = await startFlagServer({
    flags: [
      { name: 'orders.dual-write', enabled: true, rollout: 100 },
      { name: 'orders.read-new', enabled: false, rollout: 0 },
      { name: 'orders.shadow-compare', enabled: false, rollout: 0, stickiness: 'random' },
    ],
  });
  const env = {
    RELEASE: '2.0',
    PORT: '0',
    DATABASE_POOL_SIZE: String(poolSize),
    GATEWAY_URL: gateway.url,
    UNLEASH_URL: flags.url,
    UNLEASH_TOKEN: flags.token,
    JWT_JWKS_FILE: jwksFile,
    // Few customers send all the load: they are counted as anybody, and never refused.
    RATE_LIMIT_MAX: '1000000000',
    SHUTDOWN_DELAY_MS: '0',
  };
  return {
    tokens,
    env,
    async close() {
      await flags.close();
      await gateway.close();
    },
  };
}

/** Runs two replicas of release 2.0 on a clone for as long as the work takes. */
export async function withReplicas<T>(
  world: BackfillWorld,
  neighbours: Neighbours,
  clone: Clone,
  work: (urls: readonly string[]) => Promise<T>,
): Promise<T> {
  const login = await createLogin(world.admin, clone.url, 'scaleretail_api');
  const env = { ...neighbours.env, DATABASE_URL: login };
  const started = await Promise.allSettled(
    replicas.map((name) =>
      startProcess(path('../../src/server.ts'), { ...env, INSTANCE_ID: name }),
    ),
  );
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    return await work(running.map(({ url }) => url));
  } finally {
    await Promise.all(running.map((one) => one.close()));
  }
}
