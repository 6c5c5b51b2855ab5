import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../../src/platform/postgres/postgres.ts';
import { difference, type Facts, readFacts, withoutIndexes } from './facts.ts';
import { type RowsAre, wrongRows } from './rows.ts';
import { type ChangeName, shapes } from './seed.ts';

/** What has to be true. */
export interface Expected {
  /** The schema is one of these. */
  readonly schemas: readonly Facts[];
  /** The change whose rows are looked at; they are one of these. */
  readonly change: ChangeName;
  readonly rows: readonly RowsAre[];
  /** `killed`: the command may be half done, as far as its transactions allow it. */
  readonly after: 'end' | 'kill';
}

export interface Invariant {
  readonly name: string;
  /** What is wrong, a line each; empty when it holds. */
  readonly look: (db: Queryable, expected: Expected) => Promise<string[]>;
}

/** The server notices a client's end when it next writes to it or reads from it. */
export const noticeMs = 20_000;

async function lines(db: Queryable, sql: string): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(sql);
  return rows.map(({ line }) => line);
}

const schema: Invariant = {
  name: 'schema is exactly before or after',
  async look(db, { schemas, after }) {
    const part = after === 'kill' ? withoutIndexes : (facts: Facts) => facts;
    const is = part(await readFacts(db));
    const differences = schemas.map((schema) => difference(is, part(schema)));
    return differences.toSorted((a, b) => a.length - b.length)[0] ?? [];
  },
};

const indexes: Invariant = {
  name: 'no invalid index',
  async look(db, { after }) {
    if (after === 'kill') return [];
    return lines(
      db,
      `SELECT indexrelid::regclass::text AS line FROM pg_index
       WHERE NOT (indisvalid AND indisready AND indislive)`,
    );
  },
};

const constraints: Invariant = {
  name: 'no constraint left unvalidated',
  async look(db, { after }) {
    if (after === 'kill') return [];
    return lines(
      db,
      `SELECT conrelid::regclass || '.' || conname AS line FROM pg_constraint WHERE NOT convalidated`,
    );
  },
};

/** Sessions that no living replica and no part of this test has. */
const strangers = `
  SELECT a.pid FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.backend_type = 'client backend'
    AND a.application_name NOT LIKE 'scaleretail/%/%' AND a.application_name <> 'kills'`;

const locksSql = `
  SELECT 'process ' || l.pid || ' (' || coalesce(a.application_name, 'gone') || ') holds '
    || l.mode || ' on ' || coalesce(l.relation::regclass::text, l.locktype) AS line
  FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
  LEFT JOIN pg_class c ON c.oid = l.relation
  WHERE l.pid IN (${strangers})
    AND (l.locktype = 'advisory' OR c.relnamespace = 'public'::regnamespace)
  UNION ALL
  SELECT 'process ' || pid || ' is still connected' FROM (${strangers}) AS s
  UNION ALL
  SELECT 'advisory lock of process ' || pid FROM pg_locks
  WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Every command has ended, so after a while nobody is connected but the replicas. */
export function locks(limitMs = noticeMs): Invariant {
  return {
    name: 'no lock left',
    async look(db) {
      const deadline = performance.now() + limitMs;
      for (;;) {
        const left = await lines(db, locksSql);
        if (left.length === 0 || performance.now() > deadline) return left;
        await sleep(20);
      }
    },
  };
}

const oldColumns = shapes
  .map(({ change, table, old }) => `('${change}', '${table}', '${old}')`)
  .join(', ');
const may = (right: string) =>
  `CASE WHEN has_column_privilege('scaleretail_api', c.oid, a.attnum, '${right}') THEN '${right}' END`;

const rightsSql = `
  SELECT change, rights, string_agg(name, ', ' ORDER BY name) AS columns FROM (
    SELECT old.change, c.relname || '.' || a.attname AS name,
      concat_ws(', ', ${may('SELECT')}, ${may('INSERT')}) AS rights
    FROM (VALUES ${oldColumns}) AS old (change, table_name, column_name)
    JOIN pg_class c ON c.relname = old.table_name AND c.relnamespace = 'public'::regnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = old.column_name) AS each
  GROUP BY change, rights`;

/** On each old column the service has both of its rights or none, and on all of a change the same. */
const rights: Invariant = {
  name: 'no half-revoked right',
  async look(db) {
    const { rows } = await db.query<{ change: string; rights: string; columns: string }>(rightsSql);
    const changes = [...Map.groupBy(rows, ({ change }) => change).values()];
    const wrong = changes.filter(
      (each) => each.length > 1 || each.some(({ rights }) => /^(SELECT|INSERT)$/.test(rights)),
    );
    return wrong.flat().map(({ rights, columns }) => `${rights || 'no right'} on ${columns}`);
  },
};

const rows: Invariant = {
  name: 'every row says the same in both shapes',
  async look(db, expected) {
    const found: string[][] = [];
    for (const are of expected.rows) found.push(await wrongRows(db, expected.change, are));
    return found.toSorted((a, b) => a.length - b.length)[0] ?? [];
  },
};

/** In the order in which they are looked at: first wait until the server has noticed the end. */
export const invariants: readonly Invariant[] = [
  locks(),
  schema,
  indexes,
  constraints,
  rights,
  rows,
];
