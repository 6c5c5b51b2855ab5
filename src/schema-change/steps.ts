import type { Queryable } from '../platform/postgres/postgres.ts';
import type { ReleaseName } from '../releases.ts';
import { askGate, GateRefusedError, type GateReport } from './gate.ts';
import { contractChecks, relaxChecks } from './gate-checks.ts';
import { migrate } from './migrate.ts';
import { minorUnits } from './minor-units.ts';

export interface StepOptions {
  readonly databaseUrl: string;
  readonly release: ReleaseName;
  readonly patienceMs: number;
  readonly windowSeconds: number;
  readonly backupStampFile: string | undefined;
  readonly say: (line: string) => void;
  readonly onReport: (report: GateReport) => void;
}

type GateOptions = Pick<StepOptions, 'windowSeconds' | 'backupStampFile'>;

/** The migration that makes the old columns nullable: the first one that excludes a release. */
const relaxing = '0003_expand_relax_decimal_money';

/** Whether the old columns may be left NULL from now on. */
export function askRelaxGate(db: Queryable, options: GateOptions): Promise<GateReport> {
  return askGate('relax', relaxChecks, {
    ...options,
    db,
    change: minorUnits,
    oldestRelease: '2.0',
  });
}

/** Whether the old columns may be dropped now. */
export function askContractGate(db: Queryable, options: GateOptions): Promise<GateReport> {
  return askGate('contract', contractChecks, {
    ...options,
    db,
    change: minorUnits,
    oldestRelease: '3.0',
  });
}

/** Sets an empty database up for a release at once. */
export function install(options: StepOptions): Promise<string[]> {
  return migrate({ ...options, step: 'install' });
}

/**
 * Applies the expand migrations of a release and of those before it.
 *
 * @throws {GateRefusedError} when one of them excludes a release that may still be needed.
 */
export function expand(options: StepOptions): Promise<string[]> {
  return migrate({
    ...options,
    step: 'expand',
    async before(db, pending) {
      const leavesRelease = pending.includes(relaxing);
      const isNew = pending.includes('0001_expand_baseline');
      if (leavesRelease && !isNew) await pass(await askRelaxGate(db, options), options);
    },
  });
}

/**
 * Drops the old shape, if the gate lets it.
 *
 * @throws {GateRefusedError} with the evidence; nothing was changed then.
 */
export function contract(options: StepOptions): Promise<string[]> {
  return migrate({
    ...options,
    step: 'contract',
    async before(db) {
      await pass(await askContractGate(db, options), options);
    },
  });
}

async function pass(report: GateReport, options: StepOptions): Promise<void> {
  options.onReport(report);
  if (!report.passed) throw new GateRefusedError(report);
}
