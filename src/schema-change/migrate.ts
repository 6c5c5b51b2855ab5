import type { ReleaseName } from '../releases.ts';
import { appliedMigrations, assertAllKnown, runMigration } from './ddl/runner.ts';
import { inMigrationSession, type MigrationSession, type SessionOptions } from './ddl/session.ts';
import { assertInOrder, pendingFor, type Step } from './migration-plan.ts';

export interface MigrateOptions extends SessionOptions {
  readonly step: Step;
  readonly release: ReleaseName;
  /** Longest time for one index that is built concurrently. */
  readonly indexMs?: number | undefined;
  /** Asked under the advisory lock when there is something to apply; throws to refuse. */
  readonly before?: (session: MigrationSession, pending: readonly string[]) => Promise<void>;
}

/** `install` skips all care, which only a database that nobody uses can bear. */
export class NotEmptyError extends Error {
  constructor() {
    super('install is for an empty database, and this one has a schema: use expand and contract');
    this.name = 'NotEmptyError';
  }
}

/**
 * Applies the migrations of one step of a release, and those of older releases' `expand` before
 * it. A contract migration is applied only when it is asked for by name of its release: being
 * present in the folder is not enough. Safe to run twice, by two runners at once, and again after
 * it was ended anywhere.
 *
 * @returns the names of what was applied; empty when there was nothing to do.
 * @throws {StepTooEarlyError} when a step of another kind lies in between.
 * @throws {MigrationBusyError} when no lock was to be had in `patienceMs`.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  return inMigrationSession(options, (session) => applyPending(session, options));
}

// What is pending is worked out under the lock: before it, another runner may still add to it.
async function applyPending(session: MigrationSession, options: MigrateOptions): Promise<string[]> {
  const { client } = session;
  const applied = await appliedMigrations(client);
  await assertAllKnown(applied);
  if (options.step === 'install' && applied.length > 0) throw new NotEmptyError();
  const pending = pendingFor(options.step, options.release, applied);
  if (pending.length === 0) return [];
  await options.before?.(session, pending);
  assertInOrder(options, pending, applied);
  for (const name of pending) {
    await runMigration(session, { name, direction: 'up', indexMs: options.indexMs });
  }
  return pending;
}
