import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import { type Watermark, watermarkLasts } from './watermark.ts';

/** A complete comparison of all rows of a change, as it is kept. */
export interface Run {
  readonly id: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** All rows: those that were compared and those that were known to be equal. */
  readonly rowsChecked: number;
  readonly rowsKnown: number;
  /** When the run began on whose word those are known; null when every row was compared. */
  readonly knownSince: Date | null;
  readonly unfilled: number;
  readonly different: number;
}

const columns = `id, started_at AS "startedAt", finished_at AS "finishedAt",
  rows_checked AS "rowsChecked", rows_known AS "rowsKnown", known_since AS "knownSince",
  unfilled, different`;

export async function readRun(db: Queryable, id: number): Promise<Run | null> {
  const { rows } = await db.query<Run & pg.QueryResultRow>(
    `SELECT ${columns} FROM verification_runs WHERE id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The clean runs since the last one that found something, newest first. */
export async function cleanRuns(db: Queryable, change: string): Promise<Run[]> {
  const { rows } = await db.query<Run & pg.QueryResultRow>(
    `SELECT ${columns} FROM verification_runs WHERE change_name = $1 AND id > (
       SELECT coalesce(max(id), 0) FROM verification_runs
       WHERE change_name = $1 AND mismatches > 0)
     ORDER BY id DESC`,
    [change],
  );
  return rows;
}

/** A run on whose word rows need not be compared again. */
export interface Base {
  readonly watermark: string;
  readonly startedAt: Date;
}

/** The last clean run that compared the same, and whose watermark still means something. */
export async function lastBase(
  db: Queryable,
  change: string,
  { fingerprint }: Watermark,
): Promise<Base | null> {
  const { rows } = await db.query<Base & pg.QueryResultRow>(
    `SELECT watermark::text, started_at AS "startedAt" FROM verification_runs
     WHERE change_name = $1 AND mismatches = 0 AND fingerprint = $2
       AND ${isFresh('watermark')}
     ORDER BY id DESC LIMIT 1`,
    [change, fingerprint],
  );
  return rows[0] ?? null;
}

/** SQL that is true while fewer transactions have begun since a watermark than it counts for. */
export function isFresh(watermark: string): string {
  return `pg_snapshot_xmax(pg_current_snapshot())::text::numeric - ${watermark}::text::numeric
    BETWEEN 0 AND ${watermarkLasts}`;
}
