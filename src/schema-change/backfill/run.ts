import type pg from 'pg';
import type { SchemaChange } from '../change.ts';
import { type Crew, runCrew } from './crew.ts';
import type { Observer } from './figures.ts';
import { type Direction, fillingsOf } from './fill-sql.ts';
import { assertMayBackfill, BackfillRefusedError } from './guard.ts';
import { prepare } from './prepare.ts';
import { backfillProgress, type TableProgress } from './progress.ts';
import { beginRecord, endRecord, type Outcome } from './record.ts';
import type { Thresholds } from './watch.ts';

export interface BackfillOptions {
  /** Default `new`; `old` fills the old columns, for the way back. */
  readonly direction?: Direction;
  /** Begin with the first row again instead of where the last run ended. Default false. */
  readonly restart?: boolean;
  /** Workers; the pool needs two connections more than there are of them. Default 1. */
  readonly parallel?: number;
  /** How long a batch shall take, in ms. Default 50. */
  readonly targetMs?: number;
  /** Rows of every batch, instead of as many as take `targetMs`. */
  readonly batchSize?: number | undefined;
  /** Share of the time, 0 to 1, in which a worker works while others do. Default 0.5. */
  readonly share?: number;
  /** Other thresholds than the signals' own; null switches one off. */
  readonly thresholds?: Thresholds;
  /** Where the service's replicas answer with their metrics. */
  readonly metricsUrls?: readonly string[];
  /** When it is aborted, the run ends after the batch under way. */
  readonly signal?: AbortSignal;
  readonly observer?: Partial<Observer>;
}

export interface BackfillResult {
  readonly outcome: 'complete' | 'stopped' | 'interrupted';
  readonly tables: readonly TableProgress[];
}

/** Connections that a run with so many workers needs: two watch beside them. */
export function connectionsFor(workers: number): number {
  return workers + 2;
}

export const defaults = { parallel: 1, targetMs: 50, share: 0.5 } as const;

/**
 * Fills the columns of one shape from the other's for every row that was there at the start, in
 * the order of the primary key, a batch a transaction. Where it is, is committed with each batch:
 * a run that is killed is continued by the next one, and several at once share the ranges.
 *
 * @throws {BackfillRefusedError} unless every live instance writes what is filled, and when one
 *   appears that does not.
 */
export async function backfill(
  pool: pg.Pool,
  change: SchemaChange,
  options: BackfillOptions = {},
): Promise<BackfillResult> {
  const { direction = 'new', restart = false, observer = {} } = options;
  const { parallel, targetMs, share } = { ...defaults, ...options };
  const needed = connectionsFor(parallel);
  if (pool.options.max < needed) {
    throw new TypeError(`${parallel} workers need a pool of ${needed} connections`);
  }
  const say = (line: string) => observer.say?.(line);
  const state = await assertMayBackfill(pool, change, direction);
  const run = await beginRecord(pool, change.name);
  let outcome: Outcome = 'failed';
  try {
    const anew = await prepare(pool, change, direction, { restart, parallel });
    if (anew !== null) say(`begins with the first row again: ${anew}`);
    const fillings = fillingsOf(change, direction, state);
    const crew: Crew = {
      ...{ pool, change, direction, run, fillings, parallel, targetMs, share, observer },
      batchSize: options.batchSize,
      thresholds: options.thresholds ?? {},
      metricsUrls: options.metricsUrls ?? [],
      signal: options.signal,
    };
    const how = await runCrew(crew);
    outcome = how;
    return { outcome: how, tables: await backfillProgress(pool, change) };
  } catch (error) {
    if (error instanceof BackfillRefusedError) outcome = 'refused';
    throw error;
  } finally {
    // A database that is gone is what is told, not that this could not be noted in it.
    await endRecord(pool, run, outcome).catch(() => {});
  }
}
