import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlagDefinition } from '@scaleretail/embedded/flag-server';
import { createLogin } from '@scaleretail/embedded/login';
import { startPostgres } from '@scaleretail/embedded/postgres';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import pg from 'pg';
import { newBehaviour } from '../candidates/candidate.ts';
import type { Change } from '../changes/change.ts';
import { changes } from '../changes/index.ts';
import type { ChargeLedger } from '../ledger/ledgers.ts';
import { takeSnapshot } from '../ledger/snapshot.ts';
import { startRouter } from '../router/router.ts';
import type { Router } from '../router/types.ts';
import type { Profile } from '../run/profile.ts';
import type { Story } from '../run/story.ts';
import type { Db } from './db.ts';
import { type Flags, startFlags } from './flags.ts';
import { Fleet, type FleetOptions } from './fleet.ts';
import { createIdentity, type Identity } from './identity.ts';
import { processLauncher } from './launch-process.ts';
import { addressOf, end } from './processes.ts';
import { type RunSchema, schemaRunner } from './schema-commands.ts';
import { type Shop, seedShop } from './seed.ts';

const gatewayScript = fileURLToPath(new URL('../../../gateway-sandbox/server.ts', import.meta.url));

export interface WorldOptions {
  readonly change: Change;
  readonly profile: Profile;
  readonly port: number;
  readonly seedOrders: number;
  readonly customerCount: number;
  readonly signal: AbortSignal;
  readonly story: Story;
}

/** Everything that a run needs, started and filled; `close` leaves nothing behind. */
export interface World {
  /** As the owner of the schema. */
  readonly db: Db;
  /** As the owner of the schema. */
  readonly databaseUrl: string;
  readonly shop: Shop;
  readonly identity: Identity;
  readonly charges: ChargeLedger;
  readonly flags: Flags;
  readonly router: Router;
  readonly fleet: Fleet;
  readonly schema: RunSchema;
  /** For files of the run; goes with the database's folder, whatever ends the process. */
  readonly folder: string;
  close(): Promise<void>;
}

/** How a run comes to its world. */
export type CreateWorld = (options: WorldOptions) => Promise<World>;

/** Starts the parts one after the other; when one fails, those before it are closed again. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { profile, signal, story } = options;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const router = await startRouter({ port: options.port, healthIntervalMs: profile.healthMs });
    closers.push(() => router.close());
    const postgres = await startPostgres();
    closers.push(() => postgres.stop());
    signal.throwIfAborted();
    const databaseUrl = postgres.url('postgres');
    const folder = join(postgres.folder, 'lab');
    await mkdir(folder);
    const schema = schemaRunner(databaseUrl, signal);
    await schema(['install', '--release', options.change.from]);
    const db = new pg.Client(databaseUrl);
    await db.connect();
    // The server is stopped with the connection open when a run is interrupted.
    db.on('error', () => {});
    closers.push(() => db.end());
    const shop = await fillShop(db, options);
    const identity = await createIdentity(join(folder, 'jwks.json'), options.customerCount + 1);
    const gateway = await startGateway();
    closers.push(gateway.close);
    const flags = await startFlags(allFlags());
    closers.push(() => flags.close());
    const env = {
      DATABASE_URL: await createLogin(db, databaseUrl, 'scaleretail_api'),
      UNLEASH_URL: flags.url,
      UNLEASH_TOKEN: flags.token,
      GATEWAY_URL: gateway.url,
      JWT_JWKS_FILE: identity.jwksFile,
      ...paceOf(profile),
    };
    const onChange = tellReplicas(story);
    const launch = processLauncher(env);
    const fleet = new Fleet({ launch, signal, startMs: 60_000, stopMs: 30_000, onChange });
    closers.push(() => fleet.close());
    const parts = { db, databaseUrl, shop, identity, flags, router, fleet, schema };
    const charges = { url: gateway.url, after: 0 };
    return { ...parts, charges, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Goods and orders of years, and what they were before anything is changed. */
export async function fillShop(
  db: Db,
  { seedOrders, customerCount, signal, story }: WorldOptions,
): Promise<Shop> {
  story.say(`filling the shop: ${seedOrders} orders with items and payments`);
  const shop = await seedShop(db, { count: seedOrders, customers: customerCount });
  await takeSnapshot(db);
  signal.throwIfAborted();
  return shop;
}

/** What a replica is told of the pace of a run. */
export const paceOf = (profile: Profile) => ({
  FLAGS_POLL_MS: String(profile.flagsPollMs),
  HEARTBEAT_MS: String(profile.heartbeatMs),
  SHUTDOWN_DELAY_MS: String(profile.shutdownDelayMs),
});

/** Puts a replica's way into the feed. */
export const tellReplicas =
  ({ feed }: Story): NonNullable<FleetOptions['onChange']> =>
  (id, release, state) =>
    feed.emit({ type: 'replica', id, release, state });

/** The flags of every change, and the one of a candidate's own behaviour; all off. */
export function allFlags(): FlagDefinition[] {
  const ofChanges = changes.flatMap(
    ({ flags: { dualWrite, readNew, shadowCompare } }): FlagDefinition[] => [
      { name: dualWrite, enabled: false, rollout: 100 },
      { name: readNew, enabled: false, rollout: 0 },
      { name: shadowCompare, enabled: false, rollout: 0, stickiness: 'random' },
    ],
  );
  return [...ofChanges, { name: newBehaviour, enabled: false, rollout: 100 }];
}

async function startGateway(): Promise<{ url: string; close: () => Promise<unknown> }> {
  const child = spawnNode(gatewayScript, { env: { PORT: '0' } });
  const url = await addressOf(child, 'the gateway');
  return { url, close: () => end(child, 5_000) };
}
