import { setTimeout as sleep } from 'node:timers/promises';
import { rotated } from '../scenarios.ts';
import type { Filled } from './filled.ts';
import { type Filling, fill, fillings } from './fillings.ts';
import { type Neighbours, startNeighbours, withReplicas } from './fleet.ts';
import { rowsLeft } from './idle.ts';
import { underLoad } from './load/load.ts';
import { type Window, windowOf } from './load/windows.ts';
import { rowsOf } from './seed.ts';
import type { BackfillWorld, Clone } from './world.ts';

/** One filling beside customers: the same load before, during and after it. */
export interface LiveRun extends Filled {
  readonly round: number;
  readonly filling: Filling;
  readonly rows: number;
  readonly rowsTotal: number;
  readonly rowsPerSecond: number;
  readonly before: Window;
  readonly during: Window;
  readonly after: Window;
}

export interface LiveOptions {
  readonly rounds: number;
  readonly orders: number;
  /** Requests a second, over both replicas. */
  readonly rate: number;
  readonly warmupSeconds: number;
  /** Of the load alone, before and after. */
  readonly seconds: number;
  /** Longest time of the engine and of the loop. */
  readonly limitSeconds: number;
  readonly engineOptions: readonly string[];
  readonly say: (line: string) => void;
}

export async function measureLive(world: BackfillWorld, options: LiveOptions): Promise<LiveRun[]> {
  const neighbours = await startNeighbours(world);
  const runs: LiveRun[] = [];
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      for (const filling of rotated(fillings, round)) {
        const run = await world.withClone(options.orders, (clone) =>
          measureOne(world, neighbours, clone, options, { round, filling }),
        );
        options.say(describe(run, options.rounds));
        runs.push(run);
      }
    }
  } finally {
    await neighbours.close();
  }
  return runs;
}

function describe({ round, filling, before, during, after, ...run }: LiveRun, rounds: number) {
  const p99 = [before, during, after].map(({ p99Ms }) => p99Ms.toFixed(1)).join(' / ');
  const failed = before.failed + during.failed + after.failed;
  return (
    `live ${round + 1}/${rounds}  ${filling}  ${run.rows} of ${run.rowsTotal} rows in ` +
    `${run.seconds.toFixed(0)} s  p99 before / during / after ${p99} ms  ${failed} failed`
  );
}

async function measureOne(
  world: BackfillWorld,
  neighbours: Neighbours,
  clone: Clone,
  options: LiveOptions,
  run: Pick<LiveRun, 'round' | 'filling'>,
): Promise<LiveRun> {
  const { rate, seconds, engineOptions } = options;
  const keyPrefix = crypto.randomUUID();
  const source = { rate, shop: clone.shop, tokens: neighbours.tokens, keyPrefix };
  const limitSeconds = run.filling === 'nothing' ? seconds : options.limitSeconds;
  const { done, answers } = await withReplicas(world, neighbours, clone, (urls) =>
    underLoad({ ...source, urls }, async () => {
      await sleep((options.warmupSeconds + seconds) * 1000);
      const from = Date.now();
      const to = { databaseUrl: clone.url, replicas: urls };
      const filled = await fill[run.filling]({ ...to, limitSeconds, engineOptions });
      const until = Date.now();
      await sleep(seconds * 1000);
      return { filled, from, until };
    }),
  );
  const { filled, from, until } = done;
  const rowsTotal = rowsOf(clone.shop.orders);
  const rows = rowsTotal - (await rowsLeft(clone.db));
  const span = seconds * 1000;
  return {
    ...{ ...run, ...filled, rows, rowsTotal },
    rowsPerSecond: rows / filled.seconds,
    before: windowOf(answers, from - span, from),
    during: windowOf(answers, from, until),
    after: windowOf(answers, until, until + span),
  };
}
