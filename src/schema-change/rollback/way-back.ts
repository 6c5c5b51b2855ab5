import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaState } from '../../releases.ts';
import type { SchemaChange } from '../change.ts';
import type { MigrationSession } from '../ddl/session.ts';
import { readSchema } from '../schema-state.ts';
import { dropGuards } from './guards.ts';

/** A change on its way back can neither go forward nor be used for evidence. */
export class GoingBackError extends Error {
  constructor(change: string, to: SchemaState) {
    super(
      `${change} goes back to "${to}" and cannot go forward before it is there, or before "npm run schema -- rollback --cancel"`,
    );
    this.name = 'GoingBackError';
  }
}

/**
 * Notes where a change goes back to, which shuts out every release that does not run there: one
 * that starts refuses, one that runs drains with its next heartbeat.
 */
export async function setGoingBack(
  db: Queryable,
  change: string,
  to: SchemaState | null,
): Promise<void> {
  await db.query('UPDATE schema_state SET going_back_to = $2 WHERE change_name = $1', [change, to]);
}

/** Whether a rollback reached its state but was ended before it could say so. */
export async function hasArrived(db: Queryable, change: string): Promise<boolean> {
  const { rows } = await db.query(
    'SELECT FROM schema_state WHERE change_name = $1 AND going_back_to = state',
    [change],
  );
  return rows.length > 0;
}

/** Ends a rollback, wherever it is: takes the guards and the note away. Safe to repeat. */
export async function endRollback(session: MigrationSession, change: SchemaChange): Promise<void> {
  await dropGuards(session, change);
  await setGoingBack(session.client, change.name, null);
}

/**
 * Before a step forward: clears up behind a rollback that was ended when all but that was done.
 *
 * @throws {GoingBackError} when a rollback is still under way.
 */
export async function assertNotGoingBack(
  session: MigrationSession,
  changes: readonly SchemaChange[],
): Promise<void> {
  const schema = await readSchema(session.client);
  if (schema === null) return;
  for (const change of changes) {
    const to = schema.goingBack.get(change.name);
    if (to !== undefined) throw new GoingBackError(change.name, to);
    if (await hasArrived(session.client, change.name)) await endRollback(session, change);
  }
}
