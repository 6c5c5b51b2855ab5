import { assertLoginSettings } from '../platform/postgres/login-settings.ts';
import { createPool, type Queryable, sqlState } from '../platform/postgres/postgres.ts';
import { PooledConnectionError, reachDatabase } from '../platform/postgres/reach.ts';
import type { Pooler } from '../platform/postgres/session.ts';
import type { Release } from '../releases.ts';
import { assertMayRun, readSchema, type Schema } from './schema-state.ts';

export interface CheckedDatabase {
  readonly databaseUrl: string;
  readonly pooler: Pooler;
  readonly role: string;
  /** How long to try to reach it. */
  readonly withinMs: number;
}

/** The service's login may not take the service's role. The message says what to do. */
export class NotAMemberError extends Error {
  constructor(role: string, login: string) {
    super(
      `the login "${login}" is not a member of the role "${role}": GRANT ${role} TO ${login}, or choose another DATABASE_ROLE`,
    );
    this.name = 'NotAMemberError';
  }
}

// No row where there is no such role: a database without schema may be in a cluster without it.
const takeRoleSql = `SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = $1`;

const insufficientPrivilege = '42501';

/**
 * Looks, before anything else is opened, whether the release may run on this database.
 *
 * @throws {DatabaseUnreachableError} when the database does not answer in time.
 * @throws {PooledConnectionError} when a pooler stands in between that the service was not told of.
 * @throws {NotAMemberError} when the login may not take the role.
 * @throws {LoginSettingsError} when it does not bring what a session behind a pooler needs.
 * @throws {RefusedToRunError} when the release must not run on this schema.
 */
export async function checkSchema(
  release: Release,
  { databaseUrl, pooler, role, withinMs }: CheckedDatabase,
): Promise<Schema> {
  const { pooled } = await reachDatabase(databaseUrl, withinMs);
  if (pooled && pooler === 'none') {
    const cure = 'set DATABASE_POOLER=transaction, or have DATABASE_URL name PostgreSQL';
    throw new PooledConnectionError(databaseUrl, cure);
  }
  // One connection, so that the role that is taken is still taken when the schema is read.
  const pool = createPool({ databaseUrl, applicationName: 'scaleretail/start', size: 1, pooler });
  try {
    const db: Queryable = pool;
    if (pooler === 'transaction') await assertLoginSettings(db, role);
    else await takeRole(db, role, databaseUrl);
    const schema = await readSchema(db);
    assertMayRun(release, schema);
    return schema;
  } finally {
    await pool.end();
  }
}

async function takeRole(db: Queryable, role: string, databaseUrl: string): Promise<void> {
  await db.query(takeRoleSql, [role]).catch((error: unknown) => {
    if (sqlState(error) !== insufficientPrivilege) throw error;
    throw new NotAMemberError(role, decodeURIComponent(new URL(databaseUrl).username));
  });
}
