import { type SchemaState, schemaStates } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import { appliedMigrations, assertAllKnown } from '../ddl/runner.ts';
import { inMigrationSession, type MigrationSession, type SessionOptions } from '../ddl/session.ts';
import { readState } from '../schema-state.ts';
import { type StepBackOptions, stepBack } from './step-back.ts';
import { type RollbackTarget, targetOf } from './targets.ts';
import { endRollback, hasArrived } from './way-back.ts';

export interface RollbackOptions extends SessionOptions, StepBackOptions {
  /** Absent: one step. */
  readonly to?: RollbackTarget | undefined;
}

export interface RollbackResult {
  readonly from: SchemaState | 'empty';
  readonly to: SchemaState | 'empty';
  /** The migrations that were taken back. */
  readonly undone: readonly string[];
  /** Rows that were given the old shape. */
  readonly filled: number;
}

/**
 * Takes a change back, a step at a time, while the service runs: each step is gated by evidence,
 * shuts out the releases that do not run on its target, and can be run again after it was ended
 * anywhere.
 *
 * @throws {RollbackRefusedError} when the change is contracted, or another one was begun since.
 * @throws {GateRefusedError} with the evidence; the schema was not changed then.
 */
export function rollback(options: RollbackOptions): Promise<RollbackResult> {
  return inMigrationSession(options, async (session) => {
    const { change, to } = options;
    await assertAllKnown(await appliedMigrations(session.client));
    const from = await stateNow(session, change);
    const result = { from, undone: [] as string[], filled: 0 };
    for (let state = from; ; state = await stateNow(session, change)) {
      const arrived = await hasArrived(session.client, change.name);
      if (arrived) await endRollback(session, change);
      const target = targetOf(change.name, state);
      if (target === null || isThere(state, to, arrived || state !== from)) {
        return { ...result, to: state };
      }
      const step = await stepBack(session, options, target);
      result.undone.push(...step.undone);
      result.filled += step.filled;
    }
  });
}

/** Whether there is nothing more to take back. Without a target, one step is enough. */
function isThere(
  state: SchemaState | 'empty',
  to: RollbackTarget | undefined,
  moved: boolean,
): boolean {
  if (state === 'empty' || to === undefined) return moved;
  return schemaStates.indexOf(state) <= schemaStates.indexOf(to);
}

/** Leaves the change where it is: whatever a rollback has prepared is taken away again. */
export function cancelRollback(options: SessionOptions & { change: SchemaChange }): Promise<void> {
  return inMigrationSession(options, (session) => endRollback(session, options.change));
}

async function stateNow(
  { client }: MigrationSession,
  change: SchemaChange,
): Promise<SchemaState | 'empty'> {
  return (await readState(client, change.name)) ?? 'empty';
}
