import { type Queryable, sqlState } from '../../src/platform/postgres/postgres.ts';
import { type ChangeName, type Shapes, shapes } from './seed.ts';

/**
 * What the rows have to be. `old`: there is the old shape alone; `filling`: the new one is empty or
 * right; `filled`: it is right, and the old one may be empty in rows that came later; `both`: both
 * are there; `new`: there is the new shape alone.
 */
export type RowsAre = 'old' | 'filling' | 'filled' | 'both' | 'new';

const every = (columns: readonly string[], is: string) =>
  columns.map((column) => `${column} ${is}`).join(' AND ');
const newIsThere = (of: Shapes) => `(${every(of.new, 'IS NOT NULL')})`;
const newIsEmpty = (of: Shapes) => `(${every(of.new, 'IS NULL')})`;

const right: Readonly<Record<RowsAre, (of: Shapes) => string>> = {
  old: (of) => `${of.old} IS NOT NULL`,
  filling: (of) => `${of.old} IS NOT NULL AND (${newIsEmpty(of)} OR ${of.equal})`,
  filled: (of) => `${newIsThere(of)} AND (${of.old} IS NULL OR ${of.equal})`,
  both: (of) => `${of.old} IS NOT NULL AND ${of.equal}`,
  new: newIsThere,
};

/** The shape that is certain to be there. */
const certain = { old: 'old', filling: 'old', filled: 'new', both: 'new', new: 'new' } as const;

const undefinedColumn = '42703';

/** How many rows are not as they have to be, table by table, with one of them. */
export async function wrongRows(
  db: Queryable,
  change: ChangeName,
  are: RowsAre,
): Promise<string[]> {
  const found: string[] = [];
  try {
    for (const of of shapes) if (of.change === change) found.push(...(await wrongIn(db, of, are)));
    return found;
  } catch (error) {
    if (sqlState(error) === undefinedColumn) return [`rows are not "${are}": ${String(error)}`];
    throw error;
  }
}

async function wrongIn(db: Queryable, of: Shapes, are: RowsAre): Promise<string[]> {
  const isRight = `(${right[are](of)}) IS TRUE
    AND (NOT (${of.isSeeded}) OR ${of.asSeeded[certain[are]]} IS TRUE)`;
  const { rows } = await db.query<{ wrong: string; seeded: string; example: string | null }>(
    `SELECT count(*) FILTER (WHERE NOT (${isRight})) AS wrong,
       count(*) FILTER (WHERE ${of.isSeeded}) AS seeded,
       (SELECT to_jsonb(t)::text FROM ${of.table} t WHERE NOT (${isRight}) LIMIT 1) AS example
     FROM ${of.table}`,
  );
  const { wrong = 0, seeded = 0, example } = rows[0] ?? {};
  const found: string[] = [];
  if (Number(wrong) > 0) found.push(`${wrong} rows of ${of.table} are not "${are}": ${example}`);
  if (Number(seeded) !== of.seededRows) found.push(`${of.table} has lost rows: ${seeded}`);
  return found;
}
