import pg from 'pg';
import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaChange } from '../change.ts';

/** The role that the baseline migration makes; what it may do is what the service may do. */
export const serviceRole = 'scaleretail_api';

/** A right of a role on one column, as the catalogue has it. */
export interface Right {
  readonly table: string;
  readonly column: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** Rights cannot be taken away by column from a role that has them in another way too. */
export class RightsRemainError extends Error {
  constructor(role: string, what: readonly string[]) {
    super(
      `brownout refused: the role ${role} would keep its rights on ${what.join(', ')}: it has them on the whole table, or through PUBLIC, another role or ownership; grant them column by column`,
    );
    this.name = 'RightsRemainError';
  }
}

/** What a role was granted on the old columns themselves. */
export async function rightsOnOld(
  db: Queryable,
  change: SchemaChange,
  role: string,
): Promise<Right[]> {
  const { rows } = await db.query<{ [field in keyof Right]: Right[field] }>(
    `SELECT old.table_name AS "table", a.attname AS "column", acl.privilege_type AS privilege,
       acl.is_grantable AS grantable
     FROM unnest($1::text[], $2::text[]) AS old (table_name, column_name)
     JOIN pg_attribute a ON a.attrelid = to_regclass(old.table_name) AND a.attname = old.column_name
     CROSS JOIN LATERAL aclexplode(a.attacl) acl
     WHERE acl.grantee = to_regrole($3) ORDER BY 1, 2, 3`,
    [...oldColumns(change), role],
  );
  return rows;
}

/**
 * Takes rights away, and looks whether that was of any use.
 *
 * @throws {RightsRemainError} when the role could still use an old column.
 */
export async function takeAway(
  db: Queryable,
  change: SchemaChange,
  role: string,
  rights: readonly Right[],
): Promise<void> {
  for (const right of rights) await db.query(`REVOKE ${nameOf(right)} FROM ${quoted(role)}`);
  const left = await usableOld(db, change, role);
  if (left.length > 0) throw new RightsRemainError(role, left);
}

/** The old columns that a role can use now, in whatever way it came by the right. */
export async function usableOld(
  db: Queryable,
  change: SchemaChange,
  role: string,
): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT old.table_name || '.' || old.column_name AS name
     FROM unnest($1::text[], $2::text[]) AS old (table_name, column_name)
     WHERE has_column_privilege($3, old.table_name, old.column_name, 'SELECT, INSERT, UPDATE')`,
    [...oldColumns(change), role],
  );
  return rows.map(({ name }) => name);
}

export async function giveBack(
  db: Queryable,
  role: string,
  rights: readonly Right[],
): Promise<void> {
  for (const right of rights) {
    const option = right.grantable ? ' WITH GRANT OPTION' : '';
    await db.query(`GRANT ${nameOf(right)} TO ${quoted(role)}${option}`);
  }
}

function nameOf({ privilege, column, table }: Right): string {
  return `${privilege} (${quoted(column)}) ON ${quoted(table)}`;
}

function quoted(name: string): string {
  return pg.escapeIdentifier(name);
}

/** Two lists of equal length: tables, and their columns. */
function oldColumns({ tables }: SchemaChange): [string[], string[]] {
  const pairs = tables.flatMap(({ table, old }) => old.map(({ name }) => ({ table, name })));
  return [pairs.map(({ table }) => table), pairs.map(({ name }) => name)];
}
