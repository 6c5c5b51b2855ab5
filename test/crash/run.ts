import { pause } from '../harness/interrupt.ts';
import { type Random, randomOf } from '../harness/random.ts';
import { asOwner } from '../harness/shop.ts';
import { createWorld, type World } from '../harness/world.ts';
import { openBooks } from './books.ts';
import { compare } from './compare.ts';
import { replay, untilReconciled } from './finish.ts';
import { Fleet } from './fleet.ts';
import { incidentsIn } from './incidents.ts';
import { Load } from './load.ts';
import { type CrashOptions, killEveryMs } from './options.ts';
import { plant } from './plant.ts';
import { type CrashResult, resultOf } from './result.ts';
import { readBooked, readStored } from './sources.ts';

/** Longer than a gateway call may take at most, and some rounds of the reconciler. */
const reconcileMs = 90_000;

/** Kills and restarts everything under load, and then compares what was told, stored and charged. */
export async function crash(options: CrashOptions): Promise<CrashResult> {
  const { crew, clients, seed, signal, say } = options;
  const world = await createWorld({
    release: crew.schemaOf,
    customers: clients,
    gatewayLatencyMs: 20,
  });
  const env = { ...world.env, GATEWAY_TIMEOUT_MS: '1000', RECONCILE_MS: '1000' };
  const fleet = new Fleet({ releases: crew.releases, env, signal });
  let load: Load | undefined;
  try {
    await fleet.start();
    if (world.redis === undefined) say('no redis-server is installed: the run goes without');
    say(`4 replicas (${crew.releases.join(', ')}), ${clients} clients, seed ${seed}`);
    load = new Load(world, fleet, seed, signal);
    await breakThings(options, world, fleet, randomOf(seed));
    return await settle(options, world, fleet, load);
  } finally {
    await fleet.close();
    await load?.http.close();
    await world.close();
  }
}

/** Until the time is over. */
async function breakThings(
  { profile, signal, say }: CrashOptions,
  world: World,
  fleet: Fleet,
  random: Random,
): Promise<void> {
  const end = performance.now() + profile.seconds * 1000;
  const happening = Promise.all(
    incidentsIn(world).map(async ({ at, what, happen }) => {
      await pause(at * profile.seconds * 1000, signal);
      await happen(world);
      say(`${Math.round(at * profile.seconds)} s: ${what}; ${fleet.kills} replicas killed so far`);
    }),
  );
  happening.catch(() => {}); // awaited below, after the kills
  while (performance.now() < end) {
    await pause(killEveryMs, signal);
    fleet.killOne(random);
  }
  await happening;
}

/** Lets everything come to rest, and looks. */
async function settle(
  options: CrashOptions,
  world: World,
  fleet: Fleet,
  load: Load,
): Promise<CrashResult> {
  const { seed, signal, say } = options;
  say('the load stops; what was begun is finished');
  while (!fleet.allServing) await pause(100, signal);
  await load.stop();
  const reconciled = await untilReconciled(world.databaseUrl, reconcileMs, signal);
  say(`reconciled after ${reconciled.seconds.toFixed(1)} s; ${reconciled.pending} still pending`);
  const random = randomOf(seed);
  const unlike = await replay(load.http, load.finished, () => fleet.urls(), random);
  const { told } = load;
  const planted = options.plant === undefined ? undefined : await plant(options.plant, world, told);
  const stored = await asOwner(world.databaseUrl, readStored);
  const booked = await readBooked(world.gateway.url);
  const startStock = new Map(world.products.map(({ sku, stock }) => [sku, stock]));
  const findings = [...compare(openBooks(told, stored, booked, startStock)), ...unlike];
  const measured = { fleet, load, stored, booked, findings, planted, reconciled };
  return resultOf(options, measured);
}
