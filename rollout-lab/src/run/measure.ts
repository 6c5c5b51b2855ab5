import { join } from 'node:path';
import { expectationOf } from '../candidates/candidate.ts';
import type { Change } from '../changes/change.ts';
import { Cells } from '../feed/cells.ts';
import { compareLedgers } from '../ledger/compare.ts';
import { startLoad } from '../load/load.ts';
import type { Load } from '../load/types.ts';
import { epochMs } from '../metrics/clock.ts';
import { countMismatches } from '../world/replica-metrics.ts';
import { WorldWatch } from '../world/watch/watch-world.ts';
import type { World } from '../world/world.ts';
import type { RunContext } from './context.ts';
import { CostWatch } from './cost.ts';
import type { Course } from './course.ts';
import { Levers } from './levers.ts';
import { tellSecond } from './live.ts';
import type { Plant } from './plant.ts';
import { replaceKilled } from './replace-killed.ts';
import { routerSees } from './router-sees.ts';
import type { RunOptions } from './run-options.ts';
import { type Outcome, type Step, stepsOf } from './steps.ts';
import type { Story } from './story.ts';
import { pause } from './wait.ts';

const liveEveryMs = 1_000;
/** Let the caches and the compilers warm up before anything is measured. */
const warmUpMs = 3_000;

/** Load, baseline, the candidate's steps, the ledgers: all that is measured, in a world that is up. */
export async function measure(course: Course, world: World, story: Story): Promise<void> {
  const { options, recorder, mix } = course;
  const context = contextOf(course, world, story);
  tellBeginning(options, world, story);
  await startReplicas(context, options);
  const toldFile = join(world.folder, 'told.ndjson');
  const cells = new Cells(story.feed, releasesOf(options.change));
  const watch = watchWorld(course, world, context);
  const load = await startLoad(loadConfig(options, world, toldFile), (batch) => {
    recorder.add(batch);
    mix.add(batch);
    cells.add(batch);
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
  story.say('comparing the ledgers: told, stored, charged');
  await options.plant?.damage?.(world, options.change);
  course.oldColumnsGone = await areOldColumnsGone(world, options.change);
  const expected = expectationOf(options.candidate, options.strategy.name);
  course.ledger = await compareLedgers(world.db, {
    toldFile,
    gatewayUrl: world.gatewayUrl,
    // A candidate that leaves rows diverged has been taken back: customers get the old shape.
    answeredFrom: expected.divergent ? 'old' : 'new',
  });
}

const releasesOf = ({ from, expand, relax, contract }: Change) => [from, expand, relax, contract];

function watchWorld({ options, mix }: Course, world: World, { guest, story }: RunContext) {
  const { databaseUrl, gatewayUrl } = world;
  const told = () => mix.acknowledged();
  const { feed } = story;
  const { change } = options;
  return new WorldWatch({ databaseUrl, gatewayUrl, change, guest: guest.id, told, feed });
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
    shop: world.router.url,
  });
}

async function startReplicas(context: RunContext, options: RunOptions): Promise<void> {
  const { fleet, router, story, signal } = context;
  const { from } = context.change;
  const faults = faultsOf(options, from);
  for (let n = 0; n < options.replicas; n += 1) await fleet.start(from, faults);
  router.set([{ release: from, weight: 100, replicas: fleet.replicas() }]);
  await routerSees(router, fleet, signal);
  story.weights({ [from]: 100 });
  story.say(
    `${options.replicas} replicas of ${from} behind ${router.url}, ${options.rate} requests/s`,
  );
}

/** What the replicas of a release are told to do wrong. */
function faultsOf({ plant, candidate, change }: RunOptions, release: string): string {
  const own = release === change.from ? candidate.fromFaults : candidate.faults;
  return plant?.faults ?? own;
}

/** Everything that happens under load; the load is stopped whatever happens. */
async function runUnder(load: Load, context: RunContext, course: Course): Promise<void> {
  const { display } = course.options;
  const steps = stepsFor(course.options);
  context.story.expect(steps.length + 1);
  const ticker = setInterval(() => tellSecond(context, display, course.mix), liveEveryMs);
  try {
    await pause(warmUpMs, context.signal);
    const cost = new CostWatch(load, context.router);
    course.cost = () => cost.soFar();
    await baseline(context);
    await rollOut(context, course, steps);
    await afterwards(context);
    await load.stop();
    const spent = cost.stop();
    course.cost = () => spent;
  } catch (error) {
    await load.stop();
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

async function baseline(context: RunContext): Promise<void> {
  const title = `baseline: ${context.change.from} alone`;
  await phase(context, 'baseline', title, () => pause(context.profile.baselineMs, context.signal));
}

async function rollOut(context: RunContext, course: Course, steps: readonly Step[]): Promise<void> {
  const { fleet, recorder } = context;
  fleet.resetUsage();
  const from = epochMs();
  const soFar = () => ({ from, to: epochMs(), ...fleet.usage(from) });
  course.rollout = soFar;
  recorder.beginPhase('rollout', from);
  course.outcome = await runSteps(context, course.options, steps);
  const whole = soFar();
  course.rollout = () => whole;
  recorder.endPhase('rollout', whole.to);
}

/** The load goes on for a moment: what the rollout left, without what it took. */
async function afterwards({ recorder, story, profile, signal }: RunContext): Promise<void> {
  story.say(`the load goes on for ${profile.afterMs / 1000} s`);
  recorder.beginPhase('after');
  await pause(profile.afterMs, signal);
  recorder.endPhase('after');
}

function stepsFor(options: RunOptions): Step[] {
  return stepsOf(options.plant === null ? options : planted(options, options.plant));
}

/** A plant's own faults take the place of the candidate's. */
function planted(options: RunOptions, { faults }: Plant): RunOptions {
  if (faults === undefined) return options;
  const candidate = { ...options.candidate, faults, fromFaults: faults };
  return { ...options, candidate };
}

async function runSteps(
  context: RunContext,
  options: RunOptions,
  steps: readonly Step[],
): Promise<Outcome> {
  for (const step of steps) {
    await replaceKilled(context, (release) => faultsOf(options, release));
    const outcome = await phase(context, step.title, step.title, () => step.run(context));
    if (outcome === 'rolled-back') return outcome;
  }
  return 'released';
}

async function phase<T>(
  { recorder, story }: RunContext,
  name: string,
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  story.chapter(title);
  recorder.beginPhase(name);
  try {
    return await work();
  } finally {
    recorder.endPhase(name);
  }
}

function contextOf(course: Course, world: World, story: Story): RunContext {
  const { options, recorder } = course;
  const guest = world.identity.customers.at(-1);
  if (guest === undefined) throw new Error('there are no customers');
  return {
    change: options.change,
    profile: options.profile,
    thresholds: options.thresholds,
    replicas: options.replicas,
    fleet: world.fleet,
    router: world.router,
    flags: world.flags,
    schema: world.schema,
    forceSql: async (sql) => void (await world.db.query(sql)),
    goBackBy: options.goBackBy,
    control: options.control,
    recorder,
    story,
    guest,
    skus: world.shop.skus,
    signal: options.signal,
    mismatches: async () => (isComparing(world, options.change) ? countMismatches(world.fleet) : 0),
    onVerdict(verdict) {
      course.verdicts.push(verdict);
      course.verdictTimes.push(epochMs());
      story.feed.emit({ type: 'verdict', final: true, verdict });
      story.say(`judge: ${verdict.verdict} (${verdict.step})`);
    },
  };
}

/** Until the flag is on no replica compares anything, and there is nothing to ask them. */
function isComparing({ flags }: World, change: Change): boolean {
  return flags.get().some((flag) => flag.name === change.flags.shadowCompare && flag.enabled);
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
