import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaChange } from '../change.ts';
import type { Figures } from './figures.ts';

/** How a run has ended. */
export type Outcome = 'complete' | 'stopped' | 'interrupted' | 'refused' | 'failed';

/** The record of a run, by which `status` and other terminals know of it. */
export interface RunRecord {
  readonly id: number;
  readonly startedAt: Date;
}

export async function beginRecord(db: Queryable, change: string): Promise<RunRecord> {
  const { rows } = await db.query<{ id: number; started_at: Date }>(
    'INSERT INTO backfill_runs (change_name) VALUES ($1) RETURNING id, started_at',
    [change],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the run could not be noted');
  return { id: row.id, startedAt: row.started_at };
}

export async function renewRecord(db: Queryable, run: RunRecord, figures: Figures): Promise<void> {
  await db.query(
    'UPDATE backfill_runs SET seen_at = clock_timestamp(), figures = $2 WHERE id = $1',
    [run.id, JSON.stringify(figures)],
  );
}

export async function endRecord(db: Queryable, run: RunRecord, outcome: Outcome): Promise<void> {
  await db.query(
    `UPDATE backfill_runs SET ended_at = clock_timestamp(), seen_at = clock_timestamp(), outcome = $2
     WHERE id = $1`,
    [run.id, outcome],
  );
}

/** The last run of a change, as another terminal knows of it. */
export interface LastRun {
  readonly startedAt: Date;
  /** Null: under way, or gone without a word. */
  readonly outcome: Outcome | null;
  /** False: it was last heard of some seconds ago and has not said how it ended. */
  readonly alive: boolean;
  readonly figures: Figures | null;
}

/** A run that writes down what it does twice a second and was silent for so long is gone. */
const silentSeconds = 5;

export async function lastRun(db: Queryable, change: SchemaChange): Promise<LastRun | null> {
  const { rows } = await db.query<{
    started_at: Date;
    outcome: Outcome | null;
    alive: boolean;
    figures: Figures | null;
  }>(
    `SELECT started_at, outcome, figures,
       ended_at IS NULL AND seen_at > clock_timestamp() - ${silentSeconds} * interval '1 second'
         AS alive
     FROM backfill_runs WHERE change_name = $1 ORDER BY id DESC LIMIT 1`,
    [change.name],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    startedAt: row.started_at,
    outcome: row.outcome,
    alive: row.alive,
    figures: row.figures,
  };
}
