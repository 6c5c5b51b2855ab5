import type { Timing } from './load/closed-loop.ts';
import { Load } from './load/load.ts';
import type { Sample } from './load/sample.ts';
import { findPgbench, pgbenchHint, runPgbench } from './pgbench.ts';
import { type Measurement, type Missing, type Row, summarize } from './results.ts';
import { rotated, type Scenario, type Variant } from './scenarios.ts';
import { cpuMicrosOf } from './world/cpu-time.ts';
import { checkSameAnswers } from './world/same-answers.ts';
import type { Shop } from './world/shop.ts';
import type { World } from './world/world.ts';

export interface RunOptions extends Timing {
  readonly rounds: number;
  readonly shop: Shop;
  readonly scenarios: readonly Scenario[];
  readonly say: (line: string) => void;
}

export interface RunResult {
  readonly rows: readonly Row[];
  readonly missing: readonly Missing[];
  readonly measurements: readonly Measurement[];
}

/** Of the slower variant's throughput: busy, and far from where queues grow without end. */
const openLoopShare = 0.5;
/** More payments a second than the database of a small machine can commit: pgbench came to 3,500. */
const mostPaymentsPerSecond = 10_000;

type Measure = (variant: Variant, rate?: number) => Promise<Sample>;

/** Measures every scenario; what runs in one round is set in relation to that round alone. */
export async function run(world: World, options: RunOptions): Promise<RunResult> {
  const { scenarios, shop, say } = options;
  const load = new Load({ shop, tokens: world.tokens });
  const rows: Row[] = [];
  const missing: Missing[] = [];
  const measurements: Measurement[] = [];
  try {
    for (const scenario of scenarios) {
      const measurable: Variant[] = [];
      for (const variant of scenario.variants) {
        const why = await whyMissing(world, variant);
        if (why === null) measurable.push(variant);
        else missing.push({ scenario: scenario.name, variant, why });
      }
      await checkSameAnswers(world, measurable, shop);
      const measure = measureWith(world, load, scenario, options);
      const closed = await inRounds(scenario, 'closed', measurable, measure, options);
      measurements.push(...closed);
      rows.push(...summarize(scenario, 'closed', closed));
      if (!scenario.openLoop) continue;
      const rate = openLoopRate(rows.filter((row) => row.scenario === scenario.name));
      const services = measurable.filter((variant) => variant !== 'pgbench');
      const atRate: Measure = (variant) => measure(variant, rate);
      const open = await inRounds(scenario, 'open', services, atRate, options);
      measurements.push(...open.map((measurement) => ({ ...measurement, rate })));
      rows.push(...summarize(scenario, 'open', measurements));
    }
  } finally {
    await load.close();
    say('');
  }
  return { rows, missing, measurements };
}

async function whyMissing(world: World, variant: Variant): Promise<string | null> {
  if (variant === 'pgbench') return findPgbench() === null ? pgbenchHint : null;
  const running = await world.start(variant);
  return running === null ? 'redis-server is not installed: apt-get install redis-server' : null;
}

export function openLoopRate(rows: readonly Row[]): number {
  const services = rows.filter((row) => row.variant !== 'pgbench' && row.loop === 'closed');
  const slowest = Math.min(...services.map((row) => row.requestsPerSecond.median));
  return Math.max(1, Math.round(slowest * openLoopShare));
}

async function inRounds(
  scenario: Scenario,
  loop: Measurement['loop'],
  variants: readonly Variant[],
  measure: Measure,
  { rounds, say }: RunOptions,
): Promise<Measurement[]> {
  const all: Measurement[] = [];
  // A round that does not count: the first one compiles the code, fills caches and opens files.
  for (const variant of variants) await measure(variant);
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of rotated(variants, round)) {
      const sample = await measure(variant);
      say(
        `${scenario.name} ${loop} ${round + 1}/${rounds}  ${variant}  ` +
          `${sample.requestsPerSecond.toFixed(0)}/s  p99 ${sample.p99Ms.toFixed(1)} ms`,
      );
      all.push({ scenario: scenario.name, variant, loop, round, ...sample });
    }
  }
  return all;
}

function measureWith(world: World, load: Load, scenario: Scenario, options: RunOptions): Measure {
  const { shop, connections, warmupSeconds, seconds } = options;
  const timing = { connections, warmupSeconds, seconds };
  return async (variant, rate) => {
    // pgbench goes by whole seconds, and takes a moment to end.
    const count = Math.ceil(warmupSeconds + seconds + 1) * mostPaymentsPerSecond;
    const payableFrom = scenario.requests === 'pay' ? await world.placePayable(count) : 0;
    if (variant === 'pgbench') {
      const script = scenario.requests === 'read-hot' ? 'read' : scenario.requests;
      const { databaseUrl } = world;
      const program = findPgbench() ?? 'pgbench';
      return runPgbench({ ...timing, program, script, databaseUrl, shop, payableFrom });
    }
    const running = await world.start(variant);
    if (running === null) throw new Error(`${variant} is not there`);
    const kind = scenario.requests;
    const job = { ...timing, url: running.url, kind, payableFrom, ...(rate && { rate }) };
    const before = cpuMicrosOf(running.child.pid);
    const { sample, sent } = await load.measure(job);
    const after = cpuMicrosOf(running.child.pid);
    if (before === null || after === null) return sample;
    return { ...sample, cpuMicros: (after - before) / sent };
  };
}
