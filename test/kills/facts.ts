import type { Queryable } from '../../src/platform/postgres/postgres.ts';

/**
 * What the catalogue says of the schema, a line a fact: columns, constraints, indexes, the
 * service's rights, which migrations are noted and what state the schema says that it is in.
 * Two schemas are the same when their facts are.
 */
export const factsSql = `
  SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS fact
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
    AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype NOT IN ('n', 't')
  UNION ALL
  SELECT 'index ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
  WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'right ' || r.privilege_type || ' on ' || r.table_name || '.' || r.column_name
  FROM information_schema.column_privileges r
  WHERE r.grantee = 'scaleretail_api' AND r.table_schema = 'public'
  UNION ALL
  SELECT 'migration ' || name FROM public.pgmigrations
  UNION ALL
  SELECT 'state ' || (to_jsonb(s) - 'changed_at')::text FROM public.schema_state s`;

export type Facts = ReadonlySet<string>;

/** The facts of a database whose schema is at least the baseline. */
export async function readFacts(db: Queryable): Promise<Facts> {
  const { rows } = await db.query<{ fact: string }>(factsSql);
  return new Set(rows.map(({ fact }) => fact));
}

/** What is there and should not be, and the other way round; empty when they are the same. */
export function difference(is: Facts, shouldBe: Facts): string[] {
  return [
    ...[...is].filter((fact) => !shouldBe.has(fact)).map((fact) => `unexpected: ${fact}`),
    ...[...shouldBe].filter((fact) => !is.has(fact)).map((fact) => `missing: ${fact}`),
  ];
}

/**
 * Without the indexes: one that is built concurrently is there before its migration is noted, and
 * invalid when its build is killed, until the command is run again.
 */
export function withoutIndexes(facts: Facts): Facts {
  return new Set([...facts].filter((fact) => !fact.startsWith('index ')));
}
