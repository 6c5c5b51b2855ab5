import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectationOf } from '../candidates/candidate.ts';
import type { Change } from '../changes/change.ts';
import { Cells } from '../feed/cells.ts';
import { compareLedgers } from '../ledger/compare.ts';
import { startLoad } from '../load/load.ts';
import { WorldWatch } from '../world/watch/watch-world.ts';
import type { World } from '../world/world.ts';
import type { RunContext } from './context.ts';
import { contextOf } from './context-of.ts';
import type { Course } from './course.ts';
import { faultsOf } from './faults-of.ts';
import { Levers } from './levers.ts';
import { routerSees } from './router-sees.ts';
import type { RunOptions } from './run-options.ts';
import type { Story } from './story.ts';
import { runUnder } from './under-load.ts';

/** Load, baseline, the candidate's steps, the ledgers: all that is measured, in a world that is up. */
export async function measure(course: Course, world: World, story: Story): Promise<void> {
  const { options, recorder, mix } = course;
  const context = contextOf(course, world, story);
  course.customers = world.identity.customers;
  tellBeginning(options, world, story);
  await startReplicas(context, options);
  const { replicas, rate } = options;
  const { from } = options.change;
  story.say(`${replicas} replicas of ${from} behind ${world.router.publicUrl}, ${rate} requests/s`);
  const toldFile = join(world.folder, 'told.ndjson');
  const cells = new Cells(story.feed, releasesOf(options.change));
  const watch = watchWorld(course, world, context);
  const load = await startLoad(loadConfig(options, world, toldFile), (batch) => {
    recorder.add(batch);
    mix.add(batch);
    cells.add(batch);
    course.journeys?.add(batch);
  });
  course.load = () => load.summary();
  const levers = new Levers(context, world.databaseUrl);
  options.control.levers = levers;
  await runUnder(load, context, course).finally(async () => {
    options.control.levers = null;
    await levers.release();
    cells.stop();
    await watch.stop();
  });
  if (course.toldBeside !== null) await appendFile(toldFile, await readFile(course.toldBeside));
  story.say('comparing the ledgers: told, stored, charged');
  await options.plant?.damage?.(world, options.change);
  course.oldColumnsGone = await areOldColumnsGone(world, options.change);
  const expected = expectationOf(options.candidate, options.strategy.name);
  course.ledger = await compareLedgers(world.db, {
    toldFile,
    charges: world.charges,
    // A candidate that leaves rows diverged has been taken back: customers get the old shape.
    answeredFrom: expected.divergent ? 'old' : 'new',
  });
}

const releasesOf = ({ from, expand, relax, contract }: Change) => [from, expand, relax, contract];

function watchWorld({ options, mix }: Course, world: World, { guest, story }: RunContext) {
  const { databaseUrl, charges } = world;
  const told = () => mix.acknowledged();
  const { feed } = story;
  const { change } = options;
  return new WorldWatch({ databaseUrl, charges, change, guest: guest.id, told, feed });
}

function tellBeginning(options: RunOptions, world: World, { feed }: Story): void {
  feed.emit({
    type: 'run',
    strategy: options.strategy.name,
    candidate: options.candidate.name,
    change: options.change.name,
    releases: releasesOf(options.change),
    replicas: options.replicas,
    rate: options.rate,
    profile: options.profile.name,
    seed: options.seed,
    shop: world.router.publicUrl,
  });
}

/** The release before the change, with all the traffic. */
export async function startReplicas(context: RunContext, options: RunOptions): Promise<void> {
  const { fleet, router, story, signal } = context;
  const { from } = context.change;
  const faults = faultsOf(options, from);
  // All at once: nobody is served yet from whom they could take the processor.
  const starting = Array.from({ length: options.replicas }, () => fleet.start(from, faults));
  await Promise.all(starting);
  await router.set([{ release: from, weight: 100, replicas: fleet.replicas() }]);
  await routerSees(router, fleet, signal);
  story.weights({ [from]: 100 });
}

function loadConfig(options: RunOptions, world: World, toldFile: string) {
  return {
    target: world.router.url,
    rate: options.rate,
    seed: options.seed,
    customers: world.identity.customers.slice(0, options.customers),
    skus: world.shop.skus,
    seeded: world.shop.seeded,
    toldFile,
    ...(options.plant?.stall !== undefined && { stall: options.plant.stall }),
  };
}

async function areOldColumnsGone({ db }: World, { oldColumns }: Change): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT FROM information_schema.columns c
     JOIN unnest($1::text[], $2::text[]) AS old (table_name, column_name)
       USING (table_name, column_name)
     WHERE c.table_schema = 'public'`,
    [oldColumns.map(([table]) => table), oldColumns.map(([, column]) => column)],
  );
  return rows.length === 0;
}
