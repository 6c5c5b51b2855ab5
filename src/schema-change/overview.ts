import type { Queryable } from '../platform/postgres/postgres.ts';
import { type ReleaseName, releases, type SchemaState } from '../releases.ts';
import type { SchemaChange } from './change.ts';
import { type Instance, liveInstances, oldUse } from './instances.ts';
import { appliedMigrations } from './migrate.ts';
import { pendingFor } from './migration-plan.ts';
import { mayRun, readSchemaRecord } from './schema-state.ts';

/** Where a change stands, for people and for scripts. */
export interface Overview {
  readonly change: string;
  readonly state: SchemaState | 'empty';
  readonly oldestRelease: ReleaseName | null;
  readonly mayRun: readonly ReleaseName[];
  readonly instances: readonly Instance[];
  readonly backfill: readonly TableProgress[];
  readonly lastVerification: LastVerification | null;
  readonly brownout: string | null;
  /** Expand migrations that are not applied yet. */
  readonly pending: readonly string[];
  readonly nextStep: string;
}

export interface TableProgress {
  readonly table: string;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly finished: boolean;
}

export interface LastVerification {
  readonly startedAt: Date;
  readonly rowsChecked: number;
  readonly mismatches: number;
  /** Begun after the last instance that wrote only the old shape was gone. */
  readonly sinceOldOnlyWriters: boolean;
  /** Begun after the last write of an old column. */
  readonly sinceOldWrites: boolean;
}

export async function overviewOf(db: Queryable, change: SchemaChange): Promise<Overview> {
  const record = await readSchemaRecord(db);
  if (record === null) {
    return {
      change: change.name,
      state: 'empty',
      oldestRelease: null,
      mayRun: [],
      instances: [],
      backfill: [],
      lastVerification: null,
      brownout: null,
      pending: pendingFor('expand', '4.0', []),
      nextStep: 'npm run schema -- expand --release 1.0',
    };
  }
  const facts = {
    change: change.name,
    state: record.state,
    oldestRelease: record.oldestRelease,
    mayRun: [...releases.values()].filter((r) => mayRun(r, record)).map((r) => r.name),
    instances: await liveInstances(db),
    backfill: await backfillProgress(db, change.name),
    lastVerification: await lastVerification(db, change.name),
    brownout: await lastBrownout(db, change.name),
    pending: pendingFor('expand', '4.0', await appliedMigrations(db)),
  };
  return { ...facts, nextStep: nextStep[record.state](facts) };
}

type Facts = Omit<Overview, 'nextStep'>;

/** The next step that is safe, by the state that the schema is in. */
const nextStep: Readonly<Record<SchemaState, (facts: Facts) => string>> = {
  baseline: () => 'npm run schema -- expand --release 2.0',
  expanded({ backfill, lastVerification: last, instances }) {
    if (instances.some((instance) => instance.phase === 'old')) {
      return 'move every instance to release 2.0 and turn the flag orders.dual-write on';
    }
    const filled = backfill.length > 0 && backfill.every((table) => table.finished);
    if (!filled) return 'npm run schema -- backfill';
    if (last !== null && last.mismatches > 0) return 'npm run schema -- backfill --restart';
    if (!last?.sinceOldOnlyWriters) return 'npm run schema -- verify';
    return 'npm run schema -- expand --release 3.0';
  },
  relaxed({ lastVerification: last, brownout, instances, pending }) {
    if (pending.length > 0) return 'npm run schema -- expand --release 3.0';
    if (instances.some((instance) => instance.phase !== 'new')) {
      return 'move every instance to release 3.0';
    }
    if (!last?.sinceOldWrites) return 'npm run schema -- verify';
    if (brownout !== 'passed') return 'npm run schema -- brownout';
    return 'npm run schema -- contract --release 4.0';
  },
  contracted: () => 'nothing: the change is complete; deploy release 4.0',
};

async function backfillProgress(db: Queryable, change: string): Promise<TableProgress[]> {
  const { rows } = await db.query<{
    table_name: string;
    rows_done: number;
    rows_total: number;
    finished_at: Date | null;
  }>(
    `SELECT table_name, rows_done, rows_total, finished_at FROM backfill_progress
     WHERE change_name = $1 ORDER BY started_at, table_name`,
    [change],
  );
  return rows.map((row) => ({
    table: row.table_name,
    rowsDone: row.rows_done,
    rowsTotal: row.rows_total,
    finished: row.finished_at !== null,
  }));
}

async function lastVerification(db: Queryable, change: string): Promise<LastVerification | null> {
  const { rows } = await db.query<{ started_at: Date; rows_checked: number; mismatches: number }>(
    `SELECT started_at, rows_checked, mismatches FROM verification_runs
     WHERE change_name = $1 ORDER BY id DESC LIMIT 1`,
    [change],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { oldOnlyUntil, lastWritten } = await oldUse(db);
  return {
    startedAt: row.started_at,
    rowsChecked: row.rows_checked,
    mismatches: row.mismatches,
    sinceOldOnlyWriters: oldOnlyUntil === null || row.started_at > oldOnlyUntil,
    sinceOldWrites: lastWritten === null || row.started_at > lastWritten,
  };
}

async function lastBrownout(db: Queryable, change: string): Promise<string | null> {
  const { rows } = await db.query<{ outcome: string }>(
    'SELECT outcome FROM brownouts WHERE change_name = $1 ORDER BY id DESC LIMIT 1',
    [change],
  );
  return rows[0]?.outcome ?? null;
}
