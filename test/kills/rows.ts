import { type Queryable, sqlState } from '../../src/platform/postgres/postgres.ts';
import { type Money, money } from './seed.ts';

/**
 * What the rows have to be. `old`: there is the old shape alone; `filling`: the new one is empty or
 * right; `filled`: it is right, and the old one may be empty in rows that came later; `both`: both
 * are there; `new`: there is the new shape alone.
 */
export type RowsAre = 'old' | 'filling' | 'filled' | 'both' | 'new';

const newIsThere = ({ minor }: Money) => `(${minor} IS NOT NULL AND currency IS NOT NULL)`;
const newIsEmpty = ({ minor }: Money) => `(${minor} IS NULL AND currency IS NULL)`;
// Written down once more, and the other way round than the engine does it.
const equal = ({ old, minor }: Money) => `(currency = 'USD' AND ${old} = ${minor} / 100.0)`;

const right: Readonly<Record<RowsAre, (table: Money) => string>> = {
  old: ({ old }) => `${old} IS NOT NULL`,
  filling: (table) => `${table.old} IS NOT NULL AND (${newIsEmpty(table)} OR ${equal(table)})`,
  filled: (table) => `${newIsThere(table)} AND (${table.old} IS NULL OR ${equal(table)})`,
  both: (table) => `${table.old} IS NOT NULL AND ${equal(table)}`,
  new: newIsThere,
};

/** Whether a row that was there before says what it said then, in the shape that is certain. */
function asSeeded(table: Money, are: RowsAre): string {
  const { old, minor, cents } = table;
  return are === 'new' || are === 'filled'
    ? `(${minor} = ${cents} AND currency = 'USD')`
    : `(${old} = ${cents} / 100.0)`;
}

const undefinedColumn = '42703';

/** How many rows are not as they have to be, table by table, with one of them. */
export async function wrongRows(db: Queryable, are: RowsAre): Promise<string[]> {
  return lookAtRows(db, are).catch((error: unknown) => {
    if (sqlState(error) === undefinedColumn) return [`rows are not "${are}": ${String(error)}`];
    throw error;
  });
}

async function lookAtRows(db: Queryable, are: RowsAre): Promise<string[]> {
  const found: string[] = [];
  for (const table of money) {
    const isRight = `(${right[are](table)}) IS TRUE
      AND (NOT (${table.isSeeded}) OR ${asSeeded(table, are)} IS TRUE)`;
    const { rows } = await db.query<{ wrong: number; seeded: number; example: string | null }>(
      `SELECT count(*) FILTER (WHERE NOT (${isRight})) AS wrong,
         count(*) FILTER (WHERE ${table.isSeeded}) AS seeded,
         (SELECT to_jsonb(t)::text FROM ${table.table} t WHERE NOT (${isRight}) LIMIT 1) AS example
       FROM ${table.table}`,
    );
    const { wrong = 0, seeded = 0, example } = rows[0] ?? {};
    if (Number(wrong) > 0)
      found.push(`${wrong} rows of ${table.table} are not "${are}": ${example}`);
    if (Number(seeded) !== table.seededRows) found.push(`${table.table} has lost rows: ${seeded}`);
  }
  return found;
}
