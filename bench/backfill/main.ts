import { writeFile } from 'node:fs/promises';
import { describeEnvironment, readEnvironment } from '../environment.ts';
import { interruption } from '../interrupt.ts';
import { judge } from './goals.ts';
import { measureIdle } from './idle.ts';
import { measureLive } from './live.ts';
import type { BackfillFlags } from './options.ts';
import { describeProjection, project } from './projection.ts';
import { failureLines, idleTable, liveTable, loopLines, verdictTable } from './report.ts';
import { speedsPlot } from './speeds-plot.ts';
import { type BackfillWorld, createBackfillWorld } from './world.ts';

export interface BackfillReport {
  readonly text: readonly string[];
  readonly result: object;
  /** A request failed beside the engine, or with --check a goal was missed. */
  readonly wrong: boolean;
}

type Say = (line: string) => void;

/** The sizes that are measured idle, as shares of --rows: over them the pace is to stay level. */
const shares = [0.01, 0.1, 0.3, 1] as const;
/** Below it a run is over before it has begun, and says nothing. */
const leastOrders = 1_000;
const projectedOrders = 100_000_000;

/** Measures the backfill idle and under load; nothing of it is left behind. */
export async function measureBackfill(flags: BackfillFlags, say: Say): Promise<BackfillReport> {
  const sizes = (flags.only === 'live' ? [1] : shares)
    .map((share) => share * flags.rows)
    .filter((size) => size >= leastOrders);
  const world = await createBackfillWorld(sizes, flags.sharedBuffers, say);
  try {
    return await Promise.race([measure(world, sizes, flags, say), interruption()]);
  } finally {
    await world.close();
  }
}

async function measure(
  world: BackfillWorld,
  sizes: readonly number[],
  flags: BackfillFlags,
  say: Say,
): Promise<BackfillReport> {
  const environment = await readEnvironment(world.admin);
  const engineOptions = flags.engine.split(' ').filter((word) => word !== '');
  const { rounds, rate, seconds, rows: orders } = flags;
  const shared = { rounds, orders, limitSeconds: flags.limit, engineOptions, say };
  const load = { rate, seconds, warmupSeconds: flags.warmup };
  const idle = flags.only === 'live' ? [] : await measureIdle(world, { ...shared, sizes });
  const live = flags.only === 'idle' ? [] : await measureLive(world, { ...shared, ...load });
  const verdicts = judge(idle, live, orders);
  const projection = project(idle, projectedOrders);
  if (flags.plot !== undefined) await writeFile(flags.plot, speedsPlot(idle));
  const text = [
    describeEnvironment(environment),
    '',
    ...(idle.length > 0 ? [idleTable(idle), ...loopLines(idle), ''] : []),
    ...(live.length > 0 ? [liveTable(live), ...failureLines(live), ''] : []),
    verdictTable(verdicts),
    ...(projection === null ? [] : ['', describeProjection(projection)]),
  ];
  const failed = live.some(({ filling, during }) => filling === 'engine' && during.failed > 0);
  const missed = flags.check && verdicts.some(({ holds }) => !holds);
  const result = { environment, options: flags, idle, live, verdicts, projection };
  return { text, result, wrong: failed || missed };
}
