import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Queryable, sqlState } from '../../platform/postgres/postgres.ts';
import type { SchemaChange, TableChange } from '../change.ts';
import type { RowKey } from '../keyset.ts';
import { readState } from '../schema-state.ts';
import { type Mismatch, readMismatches } from './compare.ts';
import { beginPass, finishPass, type Pass, RunReplacedError } from './pass.ts';
import { comparePiece, type TableProgress } from './piece.ts';
import { type Run, readRun } from './runs.ts';

/** A run, with some of the rows that do not agree. */
export interface Verification extends Omit<Run, 'id'> {
  readonly samples: readonly Mismatch[];
}

export interface VerifyOptions {
  /** Every row is compared, whatever an earlier run knows. */
  readonly full: boolean;
  /** Rows that do not agree to show, at most, of each table. */
  readonly samples: number;
  readonly onProgress: (progress: TableProgress) => void;
  readonly signal: AbortSignal;
}

/** There is nothing to compare: one of the two shapes is not there. */
export class NothingToVerifyError extends Error {
  constructor(state: string) {
    super(`nothing to verify: the schema is ${state}, which has one shape only`);
    this.name = 'NothingToVerifyError';
  }
}

/** The states in which rows can have both shapes. */
export type TwoShapes = 'expanded' | 'relaxed';

/** @throws {NothingToVerifyError} in another state. */
export async function twoShapes(db: Queryable, change: SchemaChange): Promise<TwoShapes> {
  const state = await readState(db, change.name);
  if (state === 'expanded' || state === 'relaxed') return state;
  throw new NothingToVerifyError(state === null ? 'empty' : `"${state}"`);
}

/**
 * Compares the shapes of all rows of a change and keeps the result as evidence for the gates: with
 * every row in key order, a range a statement; or, after a clean run, of all rows those that were
 * written since it began. A run that ended early is no evidence, and the next one goes on with it.
 * Two at once share the work. Nothing but ACCESS SHARE is ever locked on the tables.
 *
 * @throws {NothingToVerifyError} on a schema with one shape.
 * @throws {RunReplacedError} when another process began the run anew meanwhile.
 */
export async function verify(
  pool: pg.Pool,
  change: SchemaChange,
  options: VerifyOptions,
): Promise<Verification> {
  await twoShapes(pool, change);
  const pass = await beginPass(pool, change, options);
  for (const table of change.tables) await compareTable(pool, table, pass, options);
  const badKeys = await finishPass(pool, change, pass);
  const run = await readRun(pool, pass.runId);
  if (run === null) throw new RunReplacedError();
  const { id: _id, ...counts } = run;
  return { ...counts, samples: await samplesOf(pool, change, badKeys) };
}

/** How long to leave the tables to another process that compares a piece. */
const turnMs = 100;
const lockNotAvailable = '55P03';

async function compareTable(
  pool: pg.Pool,
  table: TableChange,
  pass: Pass,
  { samples, onProgress, signal }: VerifyOptions,
): Promise<void> {
  for (let finished = false; !finished; ) {
    signal.throwIfAborted();
    try {
      const progress = await comparePiece(pool, table, pass, samples);
      if (progress !== null) onProgress(progress);
      finished = progress === null || progress.finished;
    } catch (error) {
      if (sqlState(error) !== lockNotAvailable) throw error;
      await sleep(turnMs);
    }
  }
}

async function samplesOf(
  db: Queryable,
  change: SchemaChange,
  badKeys: ReadonlyMap<string, readonly RowKey[]>,
): Promise<Mismatch[]> {
  const found: Mismatch[] = [];
  for (const table of change.tables) {
    found.push(...(await readMismatches(db, table, badKeys.get(table.table) ?? [])));
  }
  return found;
}
