import type { Queryable } from '../../platform/postgres/postgres.ts';

const exclusive =
  /\b(?:ALTER|DROP)\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?((?:\w|\.|"[^"]*")+)(?!\w|\.|\s+VALIDATE\s)/gi;

/**
 * The tables that a migration alters or drops under a lock which stops readers, in the order in
 * which it names them. One that it only validates a constraint of goes on being read and written.
 */
export function tablesLockedBy(sql: string): string[] {
  const bare = sql.replaceAll(/--.*$/gm, '');
  return [...new Set([...bare.matchAll(exclusive)].flatMap(([, table]) => table ?? []))];
}

/**
 * Takes the locks on several tables before the first of them is altered, in one statement under one
 * limit: the session's `lock_timeout`. By itself that begins anew with each table, and who reads
 * the first one waits for all of them. To be called in the transaction that alters them. A table
 * that is not there yet is left out, nobody reads it.
 *
 * @throws 57014 (query_canceled) when they were not all to be had in the time.
 */
export async function lockTogether(db: Queryable, tables: readonly string[]): Promise<void> {
  const { rows } = await db.query<{ table: string }>(
    `SELECT name AS table FROM unnest($1::text[]) WITH ORDINALITY AS t (name, place)
     WHERE to_regclass(name) IS NOT NULL ORDER BY place`,
    [tables],
  );
  const there = rows.map(({ table }) => table);
  if (there.length === 0) return;
  await db.query(`SELECT set_config('statement_timeout', current_setting('lock_timeout'), true)`);
  await db.query(`LOCK TABLE ${there.join(', ')} IN ACCESS EXCLUSIVE MODE`);
  await db.query('SET LOCAL statement_timeout = 0');
}
