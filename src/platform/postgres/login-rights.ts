import type { Queryable } from './postgres.ts';

/**
 * A row for each thing that the login may do and the service must not. The session's role does not
 * matter: whoever can make the service send SQL can leave the role again (SET ROLE NONE).
 */
const sql = `
SELECT unnest(array_remove(ARRAY[
  CASE WHEN r.rolsuper THEN 'is a superuser' END,
  CASE WHEN r.rolcreaterole THEN 'can create roles' END,
  CASE WHEN r.rolcreatedb THEN 'can create databases' END,
  CASE WHEN r.rolreplication THEN 'can replicate' END,
  CASE WHEN r.rolbypassrls THEN 'is above row security' END,
  CASE WHEN has_database_privilege(r.oid, current_database(), 'CREATE')
    THEN 'can create schemas in this database' END,
  CASE WHEN has_database_privilege(r.oid, current_database(), 'TEMPORARY')
    THEN 'can create temporary tables in this database' END,
  CASE WHEN has_schema_privilege(r.oid, 'public', 'CREATE')
    THEN 'can create tables in the schema public' END,
  CASE WHEN pg_has_role(r.oid, c.owner, 'MEMBER') THEN 'owns the tables' END
], NULL)) AS may
FROM pg_roles r
LEFT JOIN (SELECT relowner AS owner FROM pg_class WHERE oid = to_regclass('public.orders')) c
  ON true
WHERE r.rolname = session_user`;

/** What the login of a session may do beyond the rights of the service. Empty is as it should be. */
export async function excessRights(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ may: string }>(sql);
  return rows.map((row) => row.may);
}
