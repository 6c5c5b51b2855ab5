import type pg from 'pg';
import type { SchemaChange } from '../change.ts';
import { createBoard } from './board.ts';
import type { Control } from './control.ts';
import type { Observer } from './figures.ts';
import type { Direction, Filling } from './fill-sql.ts';
import { keep } from './keeper.ts';
import type { RunRecord } from './record.ts';
import { createTuner } from './tuner.ts';
import type { Thresholds } from './watch.ts';
import { type Shared, work } from './worker.ts';

/** What a run is made of; see `BackfillOptions`. */
export interface Crew {
  readonly pool: pg.Pool;
  readonly change: SchemaChange;
  readonly direction: Direction;
  readonly run: RunRecord;
  readonly fillings: ReadonlyMap<string, Filling>;
  readonly parallel: number;
  readonly targetMs: number;
  readonly batchSize: number | undefined;
  readonly share: number;
  readonly thresholds: Thresholds;
  readonly metricsUrls: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly observer: Partial<Observer>;
}

/** A batch is undone when it takes so many times its target, and at least so long (ms). */
const batchLimit = { times: 10, leastMs: 2_000 };

/**
 * Lets the workers fill, with one who keeps watch beside them, until nothing is left or somebody
 * wants an end. The first failure of any of them ends all, and is thrown.
 */
export async function runCrew(crew: Crew): Promise<'complete' | 'stopped' | 'interrupted'> {
  const ending = new AbortController();
  const signals = [ending.signal, ...(crew.signal === undefined ? [] : [crew.signal])];
  const signal = AbortSignal.any(signals);
  const board = createBoard(crew);
  const stopped = ({ stoppedAt }: Control) => stoppedAt !== null && stoppedAt > crew.run.startedAt;
  let wasStopped = false;
  const shared: Shared = {
    ...{ pool: crew.pool, change: crew.change, signal, board },
    job: {
      change: crew.change.name,
      fillings: crew.fillings,
      limitMs: Math.max(batchLimit.leastMs, batchLimit.times * crew.targetMs),
      wanted: (control) => !control.paused && !stopped(control),
    },
    onControl(control) {
      board.wishes(control);
      if (!stopped(control)) return;
      wasStopped = true;
      ending.abort();
    },
  };
  await board.reread();
  const workers = Array.from({ length: crew.parallel }, () => work(shared, createTuner(crew)));
  const filling = Promise.all(workers.map((worker) => endedOrDone(worker, signal)));
  const all = [filling.finally(() => ending.abort()), keep(shared, crew)] as const;
  for (const each of all) each.catch(() => ending.abort());
  const [filled, kept] = await Promise.allSettled(all);
  // What the keeper found is the reason; the workers' failures follow from it.
  if (kept.status === 'rejected') throw kept.reason;
  if (filled.status === 'rejected') throw filled.reason;
  if (filled.value.includes('done')) return 'complete';
  return wasStopped ? 'stopped' : 'interrupted';
}

/** Waiting is broken off by the signal's error, which is no failure. */
async function endedOrDone(worker: Promise<'done' | 'ended'>, signal: AbortSignal) {
  try {
    return await worker;
  } catch (error) {
    if (signal.aborted && (error as Error).name === 'AbortError') return 'ended';
    throw error;
  }
}
