import { createPool, type Queryable, reachDatabase } from '../platform/postgres.ts';
import type { Release } from '../releases.ts';
import { assertMayRun, readSchemaRecord, type SchemaRecord } from './schema-state.ts';

/**
 * Looks, before anything else is opened, whether the release may run on this database. With the
 * login's own rights: the role of the service may not exist yet.
 *
 * @throws {DatabaseUnreachableError} when the database does not answer in time.
 * @throws {RefusedToRunError} when the release must not run on this schema.
 */
export async function checkSchema(
  release: Release,
  databaseUrl: string,
  withinMs: number,
): Promise<SchemaRecord> {
  const pool = createPool({ databaseUrl, applicationName: 'scaleretail/start', size: 1 });
  try {
    const db: Queryable = pool;
    await reachDatabase(db, databaseUrl, withinMs);
    const record = await readSchemaRecord(db);
    assertMayRun(release, record);
    return record;
  } finally {
    await pool.end();
  }
}
