import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOfCharges } from '../ledger/ledgers.ts';
import type { Flags } from '../world/flags.ts';
import { Fleet } from '../world/fleet.ts';
import { createIdentity } from '../world/identity.ts';
import { type RunSchema, SchemaCommandError, schemaRunner } from '../world/schema-commands.ts';
import { allFlags, type CreateWorld, fillShop, paceOf, tellReplicas } from '../world/world.ts';
import type { ComposeConfig } from './config.ts';
import { takeShop } from './fresh-shop.ts';
import { HaproxyRouter } from './haproxy.ts';
import { supervisedLauncher } from './launch-supervised.ts';
import { persistently } from './persist.ts';
import { Supervisors } from './supervisors.ts';
import { UnleashFlags } from './unleash.ts';

/** Customers whose tokens are left for other loads than the lab's own. */
const signedIn = 500;

/**
 * The world of the compose file: its parts are there already, and each run begins with a fresh shop in
 * them. `close` leaves the replicas as they are, for whoever wants to look at them; the next run ends
 * them, or the end of this process.
 */
export function composeWorld(config: ComposeConfig): CreateWorld {
  return async (options) => {
    const { profile, signal, story } = options;
    const closers: (() => Promise<unknown>)[] = [];
    const close = async () => {
      for (const closer of closers.splice(0).reverse()) await closer();
    };
    try {
      const { databaseUrl } = config;
      const taken = await takeShop(databaseUrl, config.redisUrl);
      closers.push(taken.close);
      const supervisors = new Supervisors(config.replicaHosts, config.supervisorToken);
      await supervisors.endAll(signal);
      const db = await taken.renew();
      const router = await HaproxyRouter.open(config.router);
      closers.push(() => router.close());
      const folder = await mkdtemp(join(tmpdir(), 'lab-'));
      closers.push(() => rm(folder, { recursive: true }));
      const schema = again(schemaRunner(databaseUrl, signal));
      await schema(['install', '--release', options.change.from]);
      const shop = await fillShop(db, options);
      const identity = await createIdentity(config.jwksFile, options.customerCount + 1);
      await writeFile(config.customersFile, JSON.stringify(identity.customers.slice(0, signedIn)));
      const flags = new UnleashFlags(config.unleash, allFlags());
      await reset(flags);
      const launch = supervisedLauncher(supervisors, paceOf(profile));
      const onChange = tellReplicas(story);
      const fleet = new Fleet({ launch, signal, startMs: 60_000, stopMs: 30_000, onChange });
      const charges = await endOfCharges(config.gatewayUrl);
      const parts = { db, databaseUrl, shop, identity, flags, router, fleet, schema };
      return { ...parts, charges, folder, close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

/** What a schema command says when the database is being started again. */
const startingAgain =
  /connection to the database was lost|terminating connection|the database system is|could not be reached/;

/** As an operator would: "run it again". */
const again =
  (schema: RunSchema): RunSchema =>
  (command, onLine) =>
    persistently(
      () => schema(command, onLine),
      (error) => error instanceof SchemaCommandError && startingAgain.test(error.message),
    );

/** As they were imported: nothing of an earlier run is on. */
async function reset(flags: Flags): Promise<void> {
  for (const { name, enabled, rollout } of allFlags()) await flags.set(name, { enabled, rollout });
}
