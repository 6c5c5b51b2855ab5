import { keyList, type SchemaChange, type TableChange } from '../change.ts';
import { keyAsJson, keyDescending, keyFromJson } from '../keyset.ts';

/** The shape whose columns are filled, from those of the other one. */
export type Direction = 'new' | 'old';

/** The states of a schema that has both shapes. */
export type TwoShapes = 'expanded' | 'relaxed';

/**
 * Which rows are written: those that differ from what the other shape says, or only those that
 * have holes. On an expanded schema the old columns are always filled and say what is right. On a
 * relaxed one everybody writes the new columns and a release that knows those alone may have
 * changed a row since, so that they do.
 */
export const rowsToFill: Readonly<
  Record<Direction, Readonly<Record<TwoShapes, 'differing' | 'holes'>>>
> = {
  new: { expanded: 'differing', relaxed: 'holes' },
  old: { expanded: 'holes', relaxed: 'differing' },
};

/** How the rows of a table are filled. */
export interface Filling {
  readonly table: TableChange;
  /** SQL after SET. */
  readonly set: string;
  /** SQL that is true for a row that has to be written. */
  readonly wrong: string;
}

export function fillingsOf(
  change: SchemaChange,
  direction: Direction,
  state: TwoShapes,
): ReadonlyMap<string, Filling> {
  const which = rowsToFill[direction][state];
  return new Map(
    change.tables.map((table) => [table.table, fillingOf(table, direction, which)] as const),
  );
}

function fillingOf(
  table: TableChange,
  direction: Direction,
  which: 'differing' | 'holes',
): Filling {
  const columns = table[direction];
  const source = table[direction === 'new' ? 'old' : 'new'];
  const sayable = [
    ...source.map(({ name }) => `t.${name} IS NOT NULL`),
    // What has no place in the other shape leaves it as it is, and is not written in vain.
    ...columns.map(({ from }) => `(${from}) IS NOT NULL`),
  ];
  const wrong = columns.map(({ name, from }) =>
    which === 'holes' ? `t.${name} IS NULL` : `t.${name} IS DISTINCT FROM (${from})`,
  );
  return {
    table,
    set: columns.map(({ name, from }) => `${name} = ${from}`).join(', '),
    wrong: `${sayable.join(' AND ')} AND (${wrong.join(' OR ')})`,
  };
}

/**
 * One batch: $1 the cursor (exclusive) or null, $2 the highest key, $3 rows; $4, $5, $6 the range.
 * The keys are read from the index alone. Rows are then found by the range that the keys span,
 * one descent of the index instead of one for each, and those that are right already are not
 * written: no dead rows, and a rerun is cheap. The cursor moves in the same statement.
 */
export function batchSql({ table, set, wrong }: Filling): string {
  const { table: name } = table;
  const key = keyList(table, 't');
  const after = `($1::jsonb IS NULL OR (${key}) > ${keyFromJson(table, '$1')})`;
  const last = table.key.map((column) => `l.last_${column.name}`).join(', ');
  const asLast = table.key.map((column) => `k.${column.name} AS last_${column.name}`).join(', ');
  return `
  WITH keys AS MATERIALIZED (
    SELECT ${key} FROM ${name} t
    WHERE ${after} AND (${key}) <= ${keyFromJson(table, '$2')}
    ORDER BY ${key} LIMIT $3
  ), last AS MATERIALIZED (
    SELECT ${asLast}, ${keyAsJson(table, 'k')} AS json
    FROM (SELECT ${keyList(table, 'k')} FROM keys k ORDER BY ${keyDescending(table, 'k')} LIMIT 1) k
  ), filled AS (
    UPDATE ${name} t SET ${set} FROM last l
    WHERE ${after} AND (${key}) <= (${last}) AND ${wrong}
    RETURNING 1
  ), counted AS MATERIALIZED (
    SELECT (SELECT count(*) FROM keys) AS seen, (SELECT count(*) FROM filled) AS changed,
      (SELECT json FROM last) AS last
  ), moved AS (
    UPDATE backfill_ranges r SET cursor_key = coalesce(c.last, cursor_key),
      rows_done = rows_done + seen, rows_changed = rows_changed + changed,
      finished_at = CASE WHEN seen < $3 THEN clock_timestamp() END
    FROM counted c WHERE change_name = $4 AND table_name = $5 AND range_no = $6
  )
  SELECT seen, changed FROM counted`;
}
