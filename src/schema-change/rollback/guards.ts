import type { Queryable } from '../../platform/postgres/postgres.ts';
import { sqlState } from '../../platform/postgres/postgres.ts';
import { hasOld, type SchemaChange, type TableChange } from '../change.ts';
import { withLocks } from '../ddl/lock-tries.ts';
import type { MigrationSession } from '../ddl/session.ts';

const checkViolation = '23514';

/** A CHECK's name, which no other change on the same table has. */
function guardOf(change: SchemaChange, { table }: TableChange): string {
  return `${table}_${change.name.replaceAll('-', '_')}_old_set`;
}

/**
 * Has PostgreSQL prove that every row has the old shape: a CHECK on each table, NOT VALID at first
 * and validated in a transaction of its own, beside readers and writers. With that proof SET NOT
 * NULL reads no row.
 *
 * @returns false when a row has not, and then no guard is left.
 */
export async function proveOldShape(
  session: MigrationSession,
  change: SchemaChange,
): Promise<boolean> {
  for (const table of change.tables) await addGuard(session, table, guardOf(change, table));
  try {
    for (const table of change.tables) await validate(session, table, guardOf(change, table));
    return true;
  } catch (error) {
    if (sqlState(error) !== checkViolation) throw error;
    await dropGuards(session, change);
    return false;
  }
}

/** Whether one is left behind would stop the next release that writes the new shape alone. */
export async function dropGuards(session: MigrationSession, change: SchemaChange): Promise<void> {
  const { client, patience } = session;
  for (const table of change.tables) {
    const guard = guardOf(change, table);
    if ((await validated(client, table, guard)) === null) continue;
    await withLocks(client, `dropping ${guard}`, patience, async () => {
      await client.query(`ALTER TABLE ${table.table} DROP CONSTRAINT ${guard}`);
    });
  }
}

async function addGuard(
  { client, patience }: MigrationSession,
  table: TableChange,
  guard: string,
): Promise<void> {
  if ((await validated(client, table, guard)) !== null) return;
  const sql = `ALTER TABLE ${table.table} ADD CONSTRAINT ${guard} CHECK (${hasOld(table)}) NOT VALID`;
  await withLocks(client, `adding ${guard}`, patience, async () => {
    await client.query(sql);
  });
}

async function validate(
  { client, patience }: MigrationSession,
  table: TableChange,
  guard: string,
): Promise<void> {
  if ((await validated(client, table, guard)) === true) return;
  await withLocks(client, `validating ${guard}`, patience, async () => {
    await client.query(`ALTER TABLE ${table.table} VALIDATE CONSTRAINT ${guard}`);
  });
}

/** Null when the table has no such guard. */
async function validated(db: Queryable, table: TableChange, guard: string) {
  const { rows } = await db.query<{ convalidated: boolean }>(
    'SELECT convalidated FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2',
    [table.table, guard],
  );
  return rows[0]?.convalidated ?? null;
}
