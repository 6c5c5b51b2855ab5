import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { ReleaseName } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import { databaseNow } from '../instances.ts';
import { readSchema } from '../schema-state.ts';
import { compareNow } from '../verify/compare-now.ts';
import { NothingToVerifyError, type Verification } from '../verify/verify.ts';

/** What a check found out, with the figures it goes by. */
export interface Evidence {
  readonly passed: boolean;
  readonly evidence: string;
  /** When it was found out; absent: now. */
  readonly at?: Date;
  /** Older than this it does not count. Absent: it is as old as the question. */
  readonly maxAgeSeconds?: number;
}

/** A check's part of a report. */
export interface CheckResult {
  readonly name: string;
  readonly verdict: 'pass' | 'fail';
  readonly passed: boolean;
  readonly evidence: string;
  /** The time of the evidence, by the database's clock. */
  readonly at: string;
  readonly maxAgeSeconds: number | null;
}

export type GateName = 'relax' | 'contract' | 'rollback';

export interface GateReport {
  readonly gate: GateName;
  readonly change: string;
  readonly passed: boolean;
  /** The database's time at which the checks were made. */
  readonly at: string;
  readonly checks: readonly CheckResult[];
}

/** What a gate is told by whoever asks. */
export interface GateOptions {
  /** For this long nobody must have used the old columns; longer than flag poll plus drain. */
  readonly windowSeconds: number;
  /** Evidence that was written down earlier does not count when it is older than this. */
  readonly maxEvidenceAgeSeconds: number;
  readonly backupStampFile: string | undefined;
}

/**
 * A day: the last steps of a change are made by people who are there, within a day's work. What
 * was seen before has not seen the jobs of a night.
 */
export const defaultMaxEvidenceAgeSeconds = 86_400;

/** What the checks may ask. */
export interface GateContext extends GateOptions {
  readonly db: Queryable;
  readonly change: SchemaChange;
  /** The oldest release that may run once the step is done. */
  readonly oldestRelease: ReleaseName;
  readonly now: Date;
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
  gate: GateName,
  checks: readonly Check[],
  options: Omit<GateContext, 'now' | 'compareNow'>,
): Promise<GateReport> {
  const now = await databaseNow(options.db);
  const about = { gate, change: options.change.name, at: now.toISOString() };
  if ((await readSchema(options.db)) === null) {
    const empty = { passed: false, evidence: 'the database has no schema' };
    return { ...about, passed: false, checks: [judge('schema-state', empty, now)] };
  }
  const context = { ...options, now, compareNow: once(() => comparison(options)) };
  const results: CheckResult[] = [];
  for (const check of checks) results.push(judge(check.name, await check.run(context), now));
  return { ...about, passed: results.every((result) => result.passed), checks: results };
}

/** The one place where evidence is refused for its age, whatever it says. */
function judge(name: string, found: Evidence, now: Date): CheckResult {
  const { at = now, maxAgeSeconds = null } = found;
  const age = (now.getTime() - at.getTime()) / 1000;
  const stale = maxAgeSeconds !== null && age > maxAgeSeconds;
  const passed = found.passed && !stale;
  return {
    name,
    verdict: passed ? 'pass' : 'fail',
    passed,
    evidence: stale ? `${found.evidence}: older than ${maxAgeSeconds} s` : found.evidence,
    at: at.toISOString(),
    maxAgeSeconds,
  };
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
