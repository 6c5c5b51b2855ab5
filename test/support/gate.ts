import { inject } from 'vitest';
import { minorUnits } from '../../src/changes/minor-units/change.ts';
import { beginBrownout } from '../../src/schema-change/brownout/switch-rights.ts';
import {
  defaultMaxEvidenceAgeSeconds,
  type GateOptions,
  type GateReport,
} from '../../src/schema-change/gate/gate.ts';
import { databaseFor, type TestDatabase } from './database.ts';
import { insertInstance } from './rows.ts';
import { insertBothShapes, verifyNow } from './verified.ts';

/** The window is a second, so that tests need not wait. */
export const options: GateOptions = {
  windowSeconds: 1,
  maxEvidenceAgeSeconds: defaultMaxEvidenceAgeSeconds,
  backupStampFile: undefined,
};

/** A file that a tested backup has touched. */
export function stamp(): string {
  return `${inject('scratchFolder')}/backup-stamp`;
}

export function failedIn(report: GateReport): string[] {
  return report.checks.filter((check) => !check.passed).map((check) => check.name);
}

export function evidenceOf(report: GateReport, name: string): string {
  return report.checks.find((check) => check.name === name)?.evidence ?? '';
}

/** A database in which everything speaks for contract. */
export async function readyToContract(): Promise<TestDatabase> {
  const database = await databaseFor('relaxed');
  const { pool } = database;
  await insertBothShapes(pool, 50);
  await insertInstance(pool, {
    id: 'two',
    release: '2.0',
    phase: 'dual-read-new',
    stopped: true,
    seenAgo: 100,
    oldReadAgo: 100,
    oldWrittenAgo: 100,
  });
  // It has reported for an hour and is alive for another one.
  await insertInstance(pool, { id: 'three', release: '3.0', phase: 'new', seenAgo: -3600 });
  await verifyNow(database);
  await verifyNow(database);
  await beginBrownout(pool, minorUnits, 1);
  await pool.query(`UPDATE brownouts SET outcome = 'passed', finished_at = now()`);
  return database;
}

/** One thing that speaks against a step; one check alone has to refuse it. */
export interface Objection {
  readonly check: string;
  readonly what: string;
  /** SQL, or what else brings it about. */
  readonly plant: string | ((database: TestDatabase) => Promise<unknown>);
  readonly evidence: string;
  readonly options?: () => Partial<GateOptions>;
}

export async function plantIn(database: TestDatabase, { plant }: Objection): Promise<void> {
  await (typeof plant === 'string' ? database.pool.query(plant) : plant(database));
}
