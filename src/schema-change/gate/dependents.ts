import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaChange } from '../change.ts';

// What PostgreSQL itself would refuse the drop for (2BP01), or silently drop along with the column.
const trackedSql = `
  SELECT DISTINCT CASE d.classid
      WHEN 'pg_rewrite'::regclass THEN
        (SELECT CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.oid::regclass
          FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE r.oid = d.objid)
      ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END AS dependent
  FROM pg_depend d
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.refclassid = 'pg_class'::regclass
    AND a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped
    AND NOT EXISTS ( -- PostgreSQL 18 keeps NOT NULL as a constraint; it goes with the column
      SELECT FROM pg_constraint c
      WHERE d.classid = 'pg_constraint'::regclass AND c.oid = d.objid AND c.contype = 'n')`;

// Bodies kept as text are not tracked: the drop would go through and the next call fail.
const functionSql = `
  SELECT 'function ' || p.oid::regprocedure AS dependent
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND p.prosrc ~* ('\\m' || $1 || '\\M') AND p.prosrc ~* ('\\m' || $2 || '\\M')`;

/** Everything in the database that uses an old column of a change, a line each. */
export async function findDependents(db: Queryable, change: SchemaChange): Promise<string[]> {
  const found: string[] = [];
  const columns = change.tables.flatMap(({ table, old }) =>
    old.map(({ name }) => ({ table, name })),
  );
  for (const { table, name } of columns) {
    for (const sql of [trackedSql, functionSql]) {
      const { rows } = await db.query<{ dependent: string }>(sql, [table, name]);
      found.push(...rows.map((row) => `${row.dependent} uses ${table}.${name}`));
    }
  }
  return found;
}
