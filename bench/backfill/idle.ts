import type pg from 'pg';
import { rotated } from '../scenarios.ts';
import type { Filled } from './filled.ts';
import { type Filling, fill } from './fillings.ts';
import { type Footprint, footprintOf } from './footprint.ts';
import { rowsOf } from './seed.ts';
import { rowsLeftSql } from './tables.ts';
import type { BackfillWorld } from './world.ts';

/** One filling of a database on which nobody else works. */
export interface IdleRun extends Filled {
  readonly round: number;
  readonly filling: Filling;
  readonly orders: number;
  /** That it filled, of those that are there. */
  readonly rows: number;
  readonly rowsTotal: number;
  readonly rowsPerSecond: number;
  readonly before: Footprint;
  readonly after: Footprint;
}

export interface IdleOptions {
  readonly rounds: number;
  readonly sizes: readonly number[];
  /** Longest time of the loop. */
  readonly limitSeconds: number;
  readonly engineOptions: readonly string[];
  readonly say: (line: string) => void;
}

const idleFillings = ['engine', 'one-update', 'naive'] as const;

/** A filling came to its end and rows are not what they should be: its speed is worth nothing. */
export class RowsLeftError extends Error {
  constructor(filling: Filling, rows: number) {
    super(`${filling} has ended and left ${rows} rows unfilled or wrong`);
    this.name = 'RowsLeftError';
  }
}

/** @throws {RowsLeftError} when the engine or the one UPDATE did not fill every row. */
export async function measureIdle(world: BackfillWorld, options: IdleOptions): Promise<IdleRun[]> {
  const runs: IdleRun[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    for (const orders of options.sizes) {
      for (const filling of rotated(idleFillings, round)) {
        const run = await measureOne(world, options, { round, orders, filling });
        options.say(
          `idle ${round + 1}/${options.rounds}  ${orders} orders  ${filling}  ` +
            `${run.rows} rows in ${run.seconds.toFixed(1)} s: ${run.rowsPerSecond.toFixed(0)}/s`,
        );
        runs.push(run);
      }
    }
  }
  return runs;
}

function measureOne(
  world: BackfillWorld,
  { limitSeconds, engineOptions }: IdleOptions,
  run: Pick<IdleRun, 'round' | 'orders' | 'filling'>,
): Promise<IdleRun> {
  const { orders, filling } = run;
  return world.withClone(orders, async ({ db, url }) => {
    const before = await footprintOf(db);
    const filled = await fill[filling]({
      databaseUrl: url,
      // Only the loop is cut short: the others have to be seen to the end.
      limitSeconds: filling === 'naive' ? limitSeconds : Number.POSITIVE_INFINITY,
      engineOptions,
      replicas: [],
    });
    const after = await footprintOf(db);
    const rowsTotal = rowsOf(orders);
    const left = await rowsLeft(db);
    if (left > 0 && filling !== 'naive') throw new RowsLeftError(filling, left);
    const rows = rowsTotal - left;
    return {
      ...run,
      ...filled,
      rows,
      rowsTotal,
      rowsPerSecond: rows / filled.seconds,
      before,
      after,
    };
  });
}

/** What is not filled, or not with what the old columns say. */
export async function rowsLeft(db: pg.Client): Promise<number> {
  const { rows } = await db.query<{ rows: string }>(rowsLeftSql);
  return Number(rows[0]?.rows);
}
