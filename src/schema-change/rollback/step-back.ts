import type pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { Observer } from '../backfill/figures.ts';
import { endBrownout } from '../brownout/switch-rights.ts';
import type { SchemaChange } from '../change.ts';
import { releasesOf } from '../change-releases.ts';
import { appliedMigrations, runMigration } from '../ddl/runner.ts';
import type { MigrationSession } from '../ddl/session.ts';
import { askGate, type Check, GateRefusedError, type GateReport } from '../gate/gate.ts';
import { rollbackChecks, usersRunOn } from './checks.ts';
import { fillOld, WrittenWithoutOldError } from './fill-old.ts';
import { proveOldShape } from './guards.ts';
import { findNewOnly } from './misfits.ts';
import { RollbackRefusedError, type RollbackTarget } from './targets.ts';
import { endRollback, setGoingBack } from './way-back.ts';

export interface StepBackOptions {
  readonly pool: pg.Pool;
  readonly change: SchemaChange;
  readonly onReport: (report: GateReport) => void;
  /** Is told how far the filling of the old columns is. */
  readonly observer?: Partial<Observer>;
}

/**
 * One step back. The order is what makes it safe: nobody who would miss the present state is there,
 * nobody new can come, every row has the old shape and PostgreSQL has proved it; then the
 * migrations are taken back.
 */
export async function stepBack(
  session: MigrationSession,
  options: StepBackOptions,
  target: RollbackTarget,
): Promise<{ undone: string[]; filled: number }> {
  const { client, patience } = session;
  const { change, pool, onReport } = options;
  const names = await toUndo(session, change, target);
  if (await endBrownout(pool, change, `rolled back to "${target}"`)) {
    patience.say('the service has its rights on the old columns again');
  }
  pass(await ask(client, change, rollbackChecks[target]), onReport);
  await shutOut(session, change, target);
  const filled = target === 'expanded' ? await restoreOldShape(session, options) : 0;
  for (const name of names) await runMigration(session, { name, direction: 'down' });
  await endRollback(session, change);
  return { undone: names, filled };
}

/** The migrations that made the step to the present state, newest first. */
async function toUndo(
  { client }: MigrationSession,
  change: SchemaChange,
  target: RollbackTarget,
): Promise<string[]> {
  const { expand, relax } = releasesOf(change.name);
  const { expand: names } = { baseline: expand, expanded: relax }[target];
  const applied = await appliedMigrations(client);
  const first = applied.findIndex((name) => names.includes(name));
  const since = first < 0 ? [] : applied.slice(first);
  const others = since.filter((name) => !names.includes(name));
  if (others.length > 0) {
    throw new RollbackRefusedError(
      `rollback refused: ${others.join(', ')} came after the step that would be taken back`,
    );
  }
  return since.toReversed();
}

// What started between the gate and the note was not seen by the one and has not seen the other.
async function shutOut(
  { client }: MigrationSession,
  change: SchemaChange,
  target: RollbackTarget,
): Promise<void> {
  await setGoingBack(client, change.name, target);
  const report = await ask(client, change, usersRunOn(target));
  if (report.passed) return;
  await setGoingBack(client, change.name, null);
  throw new GateRefusedError(report);
}

/** A writer that nobody saw may leave a hole behind the filling; not three times in a row. */
const tries = 3;

async function restoreOldShape(
  session: MigrationSession,
  { change, pool, observer = {} }: StepBackOptions,
): Promise<number> {
  let filled = 0;
  const { signal } = session.patience;
  for (let left = tries; left > 0; left -= 1) {
    filled += await fillOld(pool, change, { signal, observer }).catch(async (error: unknown) => {
      if (!(error instanceof WrittenWithoutOldError)) throw error;
      await endRollback(session, change);
      throw new RollbackRefusedError(`rollback refused: ${error.message}`);
    });
    if (await proveOldShape(session, change)) {
      session.patience.say(`every row has the old shape; ${filled} were given it`);
      await forgetEvidence(session.client, change);
      return filled;
    }
  }
  const { samples } = await findNewOnly(session.client, change);
  await endRollback(session, change);
  throw new RollbackRefusedError(
    `rollback refused: rows are still written without the old shape, for example ${samples.join('; ')}`,
  );
}

// It is about rows as they were before their old columns were written, and before the releases that
// may come back now write the old shape alone.
async function forgetEvidence(db: Queryable, change: SchemaChange): Promise<void> {
  for (const table of ['verification_passes', 'verification_runs', 'backfill_progress']) {
    await db.query(`DELETE FROM ${table} WHERE change_name = $1`, [change.name]);
  }
}

export function ask(
  db: Queryable,
  change: SchemaChange,
  checks: readonly Check[],
): Promise<GateReport> {
  const { name: oldestRelease } = releasesOf(change.name).expand;
  const nothingElse = { windowSeconds: 0, maxEvidenceAgeSeconds: 0, backupStampFile: undefined };
  return askGate('rollback', checks, { db, change, oldestRelease, ...nothingElse });
}

function pass(report: GateReport, onReport: StepBackOptions['onReport']): void {
  onReport(report);
  if (!report.passed) throw new GateRefusedError(report);
}
