import type { Queryable } from '../../platform/postgres/postgres.ts';

/** What an operator wants of the runs of a change. */
export interface Control {
  readonly paused: boolean;
  /** Null: no limit. */
  readonly rowsPerSecond: number | null;
  /** When runs were told to end; those that begin later are not meant. */
  readonly stoppedAt: Date | null;
}

interface ControlRow {
  readonly paused: boolean;
  readonly rows_per_second: number | null;
  readonly stopped_at: Date | null;
}

export async function readControl(db: Queryable, change: string): Promise<Control> {
  const { rows } = await db.query<ControlRow & Record<string, unknown>>(
    'SELECT paused, rows_per_second, stopped_at FROM backfill_control WHERE change_name = $1',
    [change],
  );
  const [row] = rows;
  return {
    paused: row?.paused ?? false,
    rowsPerSecond: row?.rows_per_second ?? null,
    stoppedAt: row?.stopped_at ?? null,
  };
}

const set = (column: string, value: string) => `
  INSERT INTO backfill_control (change_name, ${column}) VALUES ($1, ${value})
  ON CONFLICT (change_name) DO UPDATE SET ${column} = excluded.${column}`;

/** No batch begins until `resumeBackfill`, in whatever run, now or later. */
export async function pauseBackfill(db: Queryable, change: string): Promise<void> {
  await db.query(set('paused', 'true'), [change]);
}

export async function resumeBackfill(db: Queryable, change: string): Promise<void> {
  await db.query(set('paused', 'false'), [change]);
}

/** Ends the runs that are under way, each after the batch that it is at. */
export async function stopBackfill(db: Queryable, change: string): Promise<void> {
  await db.query(set('stopped_at', 'clock_timestamp()'), [change]);
}

/** Rows per second and run, kept for later runs too; null takes the limit away. */
export async function limitBackfill(
  db: Queryable,
  change: string,
  rowsPerSecond: number | null,
): Promise<void> {
  await db.query(set('rows_per_second', '$2'), [change, rowsPerSecond]);
}
