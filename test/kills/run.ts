import { Tally } from '../drain/tally.ts';
import type { Customer } from '../harness/customers.ts';
import { type Random, randomOf } from '../harness/random.ts';
import { asOwner } from '../harness/shop.ts';
import { createWorld, type World } from '../harness/world.ts';
import { disturb, restartUnder } from './disturb.ts';
import { Journal } from './journal.ts';
import type { Reference } from './reference.ts';
import { type KillsResult, resultOf } from './result.ts';
import { seedOrders } from './seed.ts';
import { openSite } from './site.ts';
import type { Route } from './steps.ts';
import { learnReference, StuckError, type Walk, walkThrough } from './walk.ts';

export interface KillsOptions {
  readonly route: Route;
  /** As many have to hit a command that is at work in the database. */
  readonly kills: number;
  readonly seed: number;
  /** After so long no other walk is begun. */
  readonly minutes: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Walks the change again and again, its commands being killed, until there were kills enough. */
export async function kills(options: KillsOptions): Promise<KillsResult> {
  const { say, signal } = options;
  const random = randomOf(options.seed);
  const journal = new Journal(say);
  const tally = new Tally();
  const began = performance.now();
  const world = await createWorld({ release: '1.0', customers: 50, gatewayLatencyMs: 20 });
  const run: Run = { ...options, world, random, journal, tally };
  try {
    await asOwner(world.databaseUrl, (db) => seedOrders(db, world.products[0]?.sku ?? ''));
    const reference = await onSite(run, 0, learnReference);
    say(
      `seed ${options.seed}; undisturbed, the commands took ${durations(options.route, reference)}`,
    );
    const end = began + options.minutes * 60_000;
    for (let number = 1; journal.killed < options.kills && performance.now() < end; number += 1) {
      signal.throwIfAborted();
      await onSite(run, number, (walk) => struckWalk(walk, reference, run));
      say(`walk ${number}: ${journal.killed} kills so far, ${journal.findings.length} findings`);
    }
    return resultOf(options, { journal, tally, seconds: (performance.now() - began) / 1000 });
  } finally {
    await world.close();
  }
}

interface Run extends KillsOptions {
  readonly world: World;
  readonly random: Random;
  readonly journal: Journal;
  readonly tally: Tally;
}

async function onSite<T>(run: Run, number: number, work: (walk: Walk) => Promise<T>): Promise<T> {
  const { world, signal, tally, journal } = run;
  const [first, ...others] = world.customers;
  if (first === undefined) throw new Error('there are no customers');
  const customers: [Customer, ...Customer[]] = [first, ...others];
  // The load has numbers of its own, so that its pace has no say in what is done to the commands.
  const own = randomOf(run.seed + 1 + number);
  const site = await openSite(world, `walk_${number}`, { customers, random: own, signal, tally });
  try {
    return await work({ number, route: run.route, site, journal });
  } finally {
    await site.close();
  }
}

/** One that gets stuck is noted, and the next one begins anew. */
async function struckWalk(walk: Walk, reference: Reference, run: Run): Promise<void> {
  const { random, journal } = run;
  try {
    await walkThrough(walk, reference, async (step, known) => {
      const crash = step.name === 'backfill' && journal.countOf('server restart') === 0;
      if (crash) await restartUnder(walk, step, known, random);
      await disturb(walk, step, known, random);
    });
  } catch (error) {
    if (!(error instanceof StuckError)) throw error;
    run.say(error.message);
  }
}

function durations({ steps }: Route, reference: Reference): string {
  const each = reference.map(
    ({ duration }, index) => `${steps[index]?.name} ${Math.round(duration.allMs)} ms`,
  );
  return each.join(', ');
}
