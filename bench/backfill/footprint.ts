import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { tables } from './tables.ts';

/** What the tables of the change take, and what was written so far. */
export interface Footprint {
  readonly tableMib: number;
  readonly indexMib: number;
  /** All the write-ahead log since the cluster began. */
  readonly walMib: number;
  readonly deadRows: number;
  readonly updatedRows: number;
  /** Updated without a new entry in any index. */
  readonly hotRows: number;
}

const names = tables.map(({ name }) => `'${name}'`).join(', ');

const footprintSql = `
  SELECT sum(pg_table_size(relid)) / 1048576.0 AS "tableMib",
    sum(pg_indexes_size(relid)) / 1048576.0 AS "indexMib",
    (pg_current_wal_insert_lsn() - '0/0'::pg_lsn) / 1048576.0 AS "walMib",
    sum(n_dead_tup) AS "deadRows", sum(n_tup_upd) AS "updatedRows",
    sum(n_tup_hot_upd) AS "hotRows"
  FROM pg_stat_user_tables WHERE relname IN (${names})`;

const othersSql = `
  SELECT count(*) AS others FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()`;

/** A session hands over its counts when it ends, so the others on this database must be gone. */
export async function footprintOf(db: pg.Client): Promise<Footprint> {
  for (;;) {
    const { rows } = await db.query<{ others: string }>(othersSql);
    if (Number(rows[0]?.others) === 0) break;
    await sleep(20);
  }
  const { rows } = await db.query<Record<keyof Footprint, string>>(footprintSql);
  const of = (name: keyof Footprint) => Number(rows[0]?.[name]);
  return {
    tableMib: of('tableMib'),
    indexMib: of('indexMib'),
    walMib: of('walMib'),
    deadRows: of('deadRows'),
    updatedRows: of('updatedRows'),
    hotRows: of('hotRows'),
  };
}
