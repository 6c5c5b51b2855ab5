import type { Queryable } from '../platform/postgres/postgres.ts';
import { type ReleaseName, releaseNames, releases, type SchemaState } from '../releases.ts';
import { backfillProgress, type TableProgress } from './backfill/progress.ts';
import { type LastRun, lastRun } from './backfill/record.ts';
import { type Brownout, lastBrownout } from './brownout/record.ts';
import type { SchemaChange } from './change.ts';
import { releasesOf } from './change-releases.ts';
import { appliedMigrations } from './ddl/runner.ts';
import { type Instance, liveInstances, oldUse } from './instances.ts';
import { pendingFor } from './migration-plan.ts';
import { type Outlook, outlookOn } from './outlook.ts';
import { nothingToTakeBack, type WayBack, wayBackOf } from './rollback/outlook.ts';
import { mayRun, readSchema, type Schema, stateOf } from './schema-state.ts';

/** Where a change stands, for people and for scripts. */
export interface Overview {
  readonly change: string;
  readonly state: SchemaState | 'empty';
  readonly oldestRelease: ReleaseName | null;
  readonly mayRun: readonly ReleaseName[];
  readonly instances: readonly Instance[];
  readonly backfill: readonly TableProgress[];
  /** The last run of the backfill, with what it does and why it waits. */
  readonly backfillRun: LastRun | null;
  readonly lastVerification: LastVerification | null;
  readonly brownout: Brownout | null;
  /** The state that a rollback under way leads to. */
  readonly goingBackTo: SchemaState | null;
  /** What each release would do on the schema as it is. */
  readonly outlook: readonly Outlook[];
  readonly wayBack: WayBack;
  /** Expand migrations of the change that are not applied yet. */
  readonly pending: readonly string[];
  readonly nextStep: string;
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
  const steps = releasesOf(change.name);
  const schema = await readSchema(db);
  const applied = await appliedMigrations(db);
  const facts = {
    change: change.name,
    pending: pendingFor('expand', steps.contract.name, applied),
    ...(schema === null ? nothing : await factsOf(db, change, schema)),
  };
  return { ...facts, nextStep: goOn(facts) ?? nextStep[facts.state](facts, change) };
}

type Facts = Omit<Overview, 'nextStep'>;

/** What was begun and left comes first. */
function goOn({ goingBackTo, brownout }: Facts): string | null {
  if (goingBackTo !== null) return `npm run schema -- rollback --to ${goingBackTo}`;
  return brownout?.abandoned === true ? 'npm run schema -- brownout' : null;
}

const nothing = {
  state: 'empty',
  oldestRelease: null,
  mayRun: [],
  instances: [],
  backfill: [],
  backfillRun: null,
  lastVerification: null,
  brownout: null,
  goingBackTo: null,
  outlook: [],
  wayBack: nothingToTakeBack,
} as const;

async function factsOf(db: Queryable, change: SchemaChange, schema: Schema) {
  return {
    state: stateOf(schema, change.name),
    oldestRelease: schema.oldestRelease,
    mayRun: [...releases.values()].filter((r) => mayRun(r, schema)).map((r) => r.name),
    instances: await liveInstances(db, change.name),
    backfill: await backfillProgress(db, change),
    backfillRun: await lastRun(db, change),
    lastVerification: await lastVerification(db, change.name),
    brownout: await lastBrownout(db, change.name),
    goingBackTo: schema.goingBack.get(change.name) ?? null,
    outlook: outlookOn(schema, change.name),
    wayBack: await wayBackOf(db, change, schema),
  };
}

/** The next step that is safe, by the state that the schema is in. */
const nextStep: Readonly<
  Record<SchemaState | 'empty', (facts: Facts, change: SchemaChange) => string>
> = {
  empty: () => `npm run schema -- expand --release ${releaseNames[0]}`,
  baseline: (_, { name }) => `npm run schema -- expand --release ${releasesOf(name).expand.name}`,
  expanded({ backfill, lastVerification: last, instances }, { name, flags }) {
    const { expand, relax } = releasesOf(name);
    if (instances.some((instance) => instance.phase === 'old')) {
      return `move every instance to release ${expand.name} and turn the flag ${flags.dualWrite} on`;
    }
    const filled = backfill.length > 0 && backfill.every((table) => table.finished);
    if (!filled) return 'npm run schema -- backfill';
    if (last !== null && last.mismatches > 0) return 'npm run schema -- verify --repair';
    if (!last?.sinceOldOnlyWriters) return 'npm run schema -- verify';
    return `npm run schema -- expand --release ${relax.name}`;
  },
  relaxed({ lastVerification: last, brownout, instances, pending }, { name }) {
    const { relax, contract } = releasesOf(name);
    if (pending.length > 0) return `npm run schema -- expand --release ${relax.name}`;
    if (instances.some((instance) => instance.phase !== 'new')) {
      return `move every instance to release ${relax.name}`;
    }
    if (!last?.sinceOldWrites) return 'npm run schema -- verify';
    if (brownout?.outcome !== 'passed') return 'npm run schema -- brownout';
    return `npm run schema -- contract --release ${contract.name}`;
  },
  contracted: (_, { name }) =>
    `nothing: the change is complete; deploy release ${releasesOf(name).contract.name}`,
};

async function lastVerification(db: Queryable, change: string): Promise<LastVerification | null> {
  const { rows } = await db.query<{ started_at: Date; rows_checked: number; mismatches: number }>(
    `SELECT started_at, rows_checked, mismatches FROM verification_runs
     WHERE change_name = $1 ORDER BY id DESC LIMIT 1`,
    [change],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { oldOnlyUntil, lastWritten } = await oldUse(db, change);
  return {
    startedAt: row.started_at,
    rowsChecked: row.rows_checked,
    mismatches: row.mismatches,
    sinceOldOnlyWriters: oldOnlyUntil === null || row.started_at > oldOnlyUntil,
    sinceOldWrites: lastWritten === null || row.started_at > lastWritten,
  };
}
