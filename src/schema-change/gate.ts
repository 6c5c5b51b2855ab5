import type { Queryable } from '../platform/postgres/postgres.ts';
import type { ReleaseName } from '../releases.ts';
import type { SchemaChange } from './change.ts';
import { databaseNow } from './instances.ts';
import { readSchema } from './schema-state.ts';
import { compareNow } from './verify/compare-now.ts';
import { NothingToVerifyError, type Verification } from './verify/verify.ts';

/** What a check found out, with the figures it goes by. */
export interface Evidence {
  readonly passed: boolean;
  readonly evidence: string;
}

export interface CheckResult extends Evidence {
  readonly name: string;
}

export interface GateReport {
  readonly gate: 'relax' | 'contract' | 'rollback';
  readonly passed: boolean;
  /** The database's time at which the checks were made. */
  readonly at: string;
  readonly checks: readonly CheckResult[];
}

/** What the checks may ask. */
export interface GateContext {
  readonly db: Queryable;
  readonly change: SchemaChange;
  /** The oldest release that may run once the step is done. */
  readonly oldestRelease: ReleaseName;
  /** For this long nobody must have used the old columns; longer than flag poll plus drain. */
  readonly windowSeconds: number;
  readonly now: Date;
  readonly backupStampFile: string | undefined;
  /** All rows compared now, once for all checks; null where there are not two shapes. */
  readonly compareNow: () => Promise<Verification | null>;
}

export interface Check {
  readonly name: string;
  readonly run: (context: GateContext) => Promise<Evidence>;
}

/** The step was refused and nothing was changed. */
export class GateRefusedError extends Error {
  readonly report: GateReport;

  constructor(report: GateReport) {
    const failed = report.checks.filter((check) => !check.passed).map((check) => check.name);
    super(`${report.gate} refused, nothing was changed; failed: ${failed.join(', ')}`);
    this.name = 'GateRefusedError';
    this.report = report;
  }
}

/** Makes every check, also after one has failed: all reasons are told at once. */
export async function askGate(
  gate: GateReport['gate'],
  checks: readonly Check[],
  options: Omit<GateContext, 'now' | 'compareNow'>,
): Promise<GateReport> {
  const now = await databaseNow(options.db);
  if ((await readSchema(options.db)) === null) {
    const empty = { name: 'schema-state', passed: false, evidence: 'the database has no schema' };
    return { gate, passed: false, at: now.toISOString(), checks: [empty] };
  }
  const context = { ...options, now, compareNow: once(() => comparison(options)) };
  const results: CheckResult[] = [];
  for (const check of checks) results.push({ name: check.name, ...(await check.run(context)) });
  const passed = results.every((result) => result.passed);
  return { gate, passed, at: now.toISOString(), checks: results };
}

async function comparison(options: {
  db: Queryable;
  change: SchemaChange;
}): Promise<Verification | null> {
  try {
    return await compareNow(options.db, options.change);
  } catch (error) {
    if (error instanceof NothingToVerifyError) return null;
    throw error;
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
