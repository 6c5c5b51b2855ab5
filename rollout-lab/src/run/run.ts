import { join } from 'node:path';
import type { Candidate } from '../candidates/index.ts';
import type { Thresholds, Verdict } from '../judge/types.ts';
import { compareLedgers } from '../ledger/compare.ts';
import { startLoad } from '../load/load.ts';
import type { LoadSummary } from '../load/types.ts';
import { epochMs } from '../metrics/clock.ts';
import { Recorder } from '../metrics/recorder.ts';
import { countMismatches } from '../world/replica-metrics.ts';
import { createWorld, type World } from '../world/world.ts';
import { buildResult, type Measured } from './build-result.ts';
import type { RunContext, Strategy } from './context.ts';
import { describeEnvironment } from './environment.ts';
import { MemoryWatch } from './memory.ts';
import { Mix } from './mix.ts';
import type { Plant } from './plant.ts';
import type { Profile } from './profile.ts';
import type { RunResult } from './result.ts';
import { routerSees } from './router-sees.ts';
import { firstReleaseSteps, healthySteps, type Outcome, type Step } from './steps.ts';
import { type Display, Story } from './story.ts';
import { pause } from './wait.ts';

export interface RunOptions {
  readonly strategy: Strategy;
  readonly candidate: Candidate;
  readonly profile: Profile;
  readonly thresholds: Thresholds;
  readonly rate: number;
  readonly seedOrders: number;
  readonly customers: number;
  readonly replicas: number;
  readonly seed: string;
  readonly port: number;
  readonly plant: Plant | null;
  readonly display: Display;
  readonly signal: AbortSignal;
}

const liveEveryMs = 1_000;
/** Let the caches and the compilers warm up before anything is measured. */
const warmUpMs = 3_000;

/**
 * One run: a world of its own, the baseline window, the candidate's steps under load, the ledgers.
 *
 * @throws what a step throws, and the signal's reason; nothing is left behind in either case.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const startedAt = new Date();
  const { display, profile, signal } = options;
  const story = new Story(display);
  const world = await createWorld({
    profile,
    port: options.port,
    seedOrders: options.seedOrders,
    customerCount: options.customers,
    signal,
    say: (line) => story.say(line),
  });
  try {
    const environment = await describeEnvironment(world.db, options);
    const measured = await measure(options, world, story);
    return buildResult({ ...measured, options, environment, startedAt, events: story.events });
  } finally {
    display.close();
    await world.close();
  }
}

type Collected = Omit<Measured, 'options' | 'environment' | 'startedAt' | 'events'>;

async function measure(options: RunOptions, world: World, story: Story): Promise<Collected> {
  const { signal, profile } = options;
  const recorder = new Recorder();
  const mix = new Mix();
  const verdicts: Verdict[] = [];
  const verdictTimes: number[] = [];
  const context = contextOf(options, world, story, recorder, (verdict) => {
    verdicts.push(verdict);
    verdictTimes.push(epochMs());
    story.say(`judge: ${verdict.verdict} (${verdict.step})`);
  });
  const faults = options.plant?.faults ?? 'none';
  for (let n = 0; n < options.replicas; n += 1) await world.fleet.start('1.0', faults);
  world.router.set([{ release: '1.0', weight: 100, replicas: world.fleet.replicas() }]);
  await routerSees(world.router, world.fleet, signal);
  story.weights({ '1.0': 100 });
  story.say(
    `${options.replicas} replicas of 1.0 behind ${world.router.url}, ${options.rate} requests/s`,
  );

  const toldFile = join(world.folder, 'told.ndjson');
  const load = await startLoad(loadConfig(options, world, toldFile), (batch) => {
    recorder.add(batch);
    mix.add(batch);
  });
  const loadFrom = epochMs();
  const ticker = setInterval(() => showLive(context, options, mix), liveEveryMs);
  let summary: LoadSummary;
  let loadMs: number;
  let outcome: Outcome;
  let memory: MemoryWatch;
  let rollout: { from: number; to: number; replicaMs: number; peak: number };
  try {
    await pause(warmUpMs, signal);
    memory = new MemoryWatch();
    const steps = stepsOf(options);
    story.expect(steps.length + 1);
    await phase(context, 'baseline', 'baseline: 1.0 alone', () =>
      pause(profile.baselineMs, signal),
    );
    world.fleet.resetUsage();
    const from = epochMs();
    recorder.beginPhase('rollout', from);
    outcome = await runSteps(context, steps);
    const to = epochMs();
    recorder.endPhase('rollout', to);
    rollout = { from, to, ...world.fleet.usage(from) };
  } finally {
    loadMs = epochMs() - loadFrom;
    summary = await load.stop();
    clearInterval(ticker);
  }
  const cost = memory.stop();
  story.say('comparing the ledgers: told, stored, charged');
  await options.plant?.damage?.(world);
  const { gatewayUrl } = world;
  const ledger = await compareLedgers(world.db, { toldFile, gatewayUrl });
  const oldColumnsGone = await areOldColumnsGone(world);
  return {
    recorder,
    verdicts,
    verdictTimes,
    summary,
    loadMs,
    mix: mix.shares(),
    outcome,
    rollout,
    ledger,
    cost,
    oldColumnsGone,
  };
}

function stepsOf({ candidate, strategy, plant }: RunOptions): Step[] {
  const faults = plant?.faults ?? candidate.faults;
  return candidate.upTo === '4.0'
    ? healthySteps(strategy, faults)
    : firstReleaseSteps(strategy, faults);
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
    profile: options.profile,
    thresholds: options.thresholds,
    replicas: options.replicas,
    fleet: world.fleet,
    router: world.router,
    flags: world.flags,
    schema: world.schema,
    recorder,
    story,
    guest,
    skus: world.shop.skus,
    signal: options.signal,
    mismatches: async () => (isComparing(world) ? countMismatches(world.fleet) : 0),
    onVerdict,
  };
}

/** Until the flag is on no replica compares anything, and there is nothing to ask them. */
function isComparing({ flags }: World): boolean {
  return flags.get().some((flag) => flag.name === 'orders.shadow-compare' && flag.enabled);
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

function showLive({ recorder, story, fleet }: RunContext, options: RunOptions, mix: Mix): void {
  const replicas = Object.groupBy(fleet.replicas(), (replica) => replica.release);
  const totals = recorder.totals();
  options.display.live({
    step: story.step,
    weights: story.currentWeights,
    replicas: Object.fromEntries(
      Object.entries(replicas).map(([r, list]) => [r, list?.length ?? 0]),
    ),
    requests: totals.requests,
    failed: totals.failed + totals.wrong,
    acknowledged: mix.acknowledged(),
    stats: recorder.live(),
  });
}

async function areOldColumnsGone({ db }: World): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT FROM information_schema.columns WHERE table_schema = 'public' AND (
       (table_name, column_name) IN (('orders', 'total'), ('order_items', 'unit_price'),
         ('payments', 'amount')))`,
  );
  return rows.length === 0;
}
