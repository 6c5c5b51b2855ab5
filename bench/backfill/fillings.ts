import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runEngine } from './engine.ts';
import type { Filled, FillOptions, Pace } from './filled.ts';
import { fillAtOnceSql, fillSomeSql, naiveBatch, tables } from './tables.ts';

/** Who fills the new columns, or does not: `nothing` shows what the machine does of itself. */
export const fillings = ['engine', 'one-update', 'naive', 'nothing'] as const;
export type Filling = (typeof fillings)[number];

type Fill = (options: FillOptions) => Promise<Filled>;

export const fill: Readonly<Record<Filling, Fill>> = {
  engine: runEngine,
  'one-update': (options) =>
    inSession(options, async (db) => {
      for (const table of tables) await db.query(fillAtOnceSql(table));
      return {};
    }),
  naive: (options) => inSession(options, (db) => loop(db, options.limitSeconds)),
  nothing: async ({ limitSeconds }) => {
    await sleep(limitSeconds * 1000);
    return { seconds: limitSeconds };
  },
};

async function inSession(
  { databaseUrl }: FillOptions,
  work: (db: pg.Client) => Promise<Omit<Filled, 'seconds'>>,
): Promise<Filled> {
  const db = new pg.Client(databaseUrl);
  await db.connect();
  try {
    const start = performance.now();
    const told = await work(db);
    return { ...told, seconds: (performance.now() - start) / 1000 };
  } finally {
    await db.end();
  }
}

async function loop(db: pg.Client, limitSeconds: number): Promise<Omit<Filled, 'seconds'>> {
  const end = performance.now() + limitSeconds * 1000;
  const paces: Pace[] = [];
  for (const table of tables) {
    const batchMs: number[] = [];
    for (let full = true; full && performance.now() < end; ) {
      const start = performance.now();
      const { rowCount } = await db.query(fillSomeSql(table));
      full = rowCount === naiveBatch;
      if (full) batchMs.push(performance.now() - start);
    }
    if (batchMs.length > 0) paces.push({ table: table.name, ...firstAndLast(batchMs) });
  }
  return { paces };
}

/** Rows a second in the first and in the last tenth of the batches. */
export function firstAndLast(batchMs: readonly number[]): Pick<Pace, 'first' | 'last'> {
  const tenth = Math.max(1, Math.floor(batchMs.length / 10));
  const pace = (part: readonly number[]) =>
    (1000 * naiveBatch * part.length) / part.reduce((sum, ms) => sum + ms, 0);
  return { first: pace(batchMs.slice(0, tenth)), last: pace(batchMs.slice(-tenth)) };
}
