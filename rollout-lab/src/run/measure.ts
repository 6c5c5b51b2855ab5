import { join } from 'node:path';
import type { Change } from '../changes/change.ts';
import { Cells } from '../feed/cells.ts';
import type { Verdict } from '../judge/types.ts';
import { compareLedgers } from '../ledger/compare.ts';
import { startLoad } from '../load/load.ts';
import type { Load } from '../load/types.ts';
import { epochMs } from '../metrics/clock.ts';
import { Recorder } from '../metrics/recorder.ts';
import { countMismatches } from '../world/replica-metrics.ts';
import type { World } from '../world/world.ts';
import type { Measured } from './build-result.ts';
import type { RunContext } from './context.ts';
import { tellSecond } from './live.ts';
import { MemoryWatch } from './memory.ts';
import { Mix } from './mix.ts';
import type { Plant } from './plant.ts';
import { routerSees } from './router-sees.ts';
import type { RunOptions } from './run-options.ts';
import { type Outcome, type Step, stepsOf } from './steps.ts';
import type { Story } from './story.ts';
import { pause } from './wait.ts';

const liveEveryMs = 1_000;
/** Let the caches and the compilers warm up before anything is measured. */
const warmUpMs = 3_000;

type Collected = Omit<Measured, 'options' | 'environment' | 'startedAt' | 'timeline'>;

/** Load, baseline, the candidate's steps, the ledgers: all that is measured, in a world that is up. */
export async function measure(options: RunOptions, world: World, story: Story): Promise<Collected> {
  const recorder = new Recorder();
  const mix = new Mix();
  const verdicts: Verdict[] = [];
  const verdictTimes: number[] = [];
  const context = contextOf(options, world, story, recorder, (verdict) => {
    verdicts.push(verdict);
    verdictTimes.push(epochMs());
    story.feed.emit({ type: 'verdict', final: true, verdict });
    story.say(`judge: ${verdict.verdict} (${verdict.step})`);
  });
  tellBeginning(options, world, story);
  await startReplicas(context, options);
  const toldFile = join(world.folder, 'told.ndjson');
  const cells = new Cells(story.feed, releasesOf(options.change));
  const load = await startLoad(loadConfig(options, world, toldFile), (batch) => {
    recorder.add(batch);
    mix.add(batch);
    cells.add(batch);
  });
  const underLoad = await runUnder(load, context, options, mix).finally(() => cells.stop());
  story.say('comparing the ledgers: told, stored, charged');
  await options.plant?.damage?.(world, options.change);
  const ledger = await compareLedgers(world.db, { toldFile, gatewayUrl: world.gatewayUrl });
  const oldColumnsGone = await areOldColumnsGone(world, options.change);
  const shares = mix.shares();
  return { recorder, verdicts, verdictTimes, ...underLoad, mix: shares, ledger, oldColumnsGone };
}

const releasesOf = ({ from, expand, relax, contract }: Change) => [from, expand, relax, contract];

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
  const faults = options.plant?.faults ?? options.candidate.fromFaults;
  for (let n = 0; n < options.replicas; n += 1) await fleet.start(from, faults);
  router.set([{ release: from, weight: 100, replicas: fleet.replicas() }]);
  await routerSees(router, fleet, signal);
  story.weights({ [from]: 100 });
  story.say(
    `${options.replicas} replicas of ${from} behind ${router.url}, ${options.rate} requests/s`,
  );
}

/** Baseline and steps while the load goes on; the load is stopped whatever happens. */
async function runUnder(load: Load, context: RunContext, options: RunOptions, mix: Mix) {
  const loadFrom = epochMs();
  const ticker = setInterval(() => tellSecond(context, options.display, mix), liveEveryMs);
  try {
    await pause(warmUpMs, context.signal);
    const memory = new MemoryWatch();
    const rolledOut = await baselineAndSteps(context, options);
    const loadMs = epochMs() - loadFrom;
    const summary = await load.stop();
    return { ...rolledOut, loadMs, summary, cost: memory.stop() };
  } catch (error) {
    await load.stop();
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

async function baselineAndSteps(context: RunContext, options: RunOptions) {
  const { fleet, recorder, story, profile, signal } = context;
  const steps = stepsOf(options.plant === null ? options : planted(options, options.plant));
  story.expect(steps.length + 1);
  const title = `baseline: ${options.change.from} alone`;
  await phase(context, 'baseline', title, () => pause(profile.baselineMs, signal));
  fleet.resetUsage();
  const from = epochMs();
  recorder.beginPhase('rollout', from);
  const outcome = await runSteps(context, steps);
  const to = epochMs();
  recorder.endPhase('rollout', to);
  return { outcome, rollout: { from, to, ...fleet.usage(from) } };
}

/** A plant's own faults take the place of the candidate's. */
function planted(options: RunOptions, { faults }: Plant): RunOptions {
  if (faults === undefined) return options;
  const candidate = { ...options.candidate, faults, fromFaults: faults };
  return { ...options, candidate };
}

async function runSteps(context: RunContext, steps: readonly Step[]): Promise<Outcome> {
  for (const step of steps) {
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

function contextOf(
  options: RunOptions,
  world: World,
  story: Story,
  recorder: Recorder,
  onVerdict: (verdict: Verdict) => void,
): RunContext {
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
    onVerdict,
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
