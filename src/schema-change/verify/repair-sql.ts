import { differs, hasOld, keyList, type TableChange, unfilled } from '../change.ts';
import { keyAsJson } from '../keyset.ts';
import { oldIsAbsent } from './compare-sql.ts';
import type { TwoShapes } from './verify.ts';

/** Which rows are written from which side. */
export interface Repair {
  /** The shape that is written. */
  readonly writes: 'old' | 'new';
  /** SQL that is true for the rows. */
  readonly which: (change: TableChange) => string;
}

/**
 * What is right, by the state of the schema. While it is expanded, every release writes the old
 * columns, some write nothing else, and so they are right. Once it is relaxed that holds for the new
 * ones; only a row without them still has nothing but the old ones to say what it is.
 */
export const repairs: Readonly<Record<TwoShapes, readonly Repair[]>> = {
  expanded: [{ writes: 'new', which: (change) => `${hasOld(change)} AND (${differs(change)})` }],
  relaxed: [
    { writes: 'new', which: (change) => `${hasOld(change)} AND (${unfilled(change)})` },
    {
      writes: 'old',
      which: (change) =>
        `NOT (${unfilled(change)}) AND NOT (${oldIsAbsent(change)}) AND (${differs(change)})`,
    },
  ],
};

/**
 * SQL that repairs the rows of `range` that need it and gives them back. They are locked in key
 * order and looked at again under the lock: the service may have written one since.
 */
export function repairSql(change: TableChange, { writes, which }: Repair, range: string): string {
  const set = change[writes].map(({ name, from }) => `${name} = ${from}`).join(', ');
  const same = change.key.map(({ name }) => `t.${name} = w.${name}`).join(' AND ');
  const key = keyList(change, 't');
  return `
  WITH wrong AS MATERIALIZED (
    SELECT ${key}, ${values(change)} AS before FROM ${change.table} t
    WHERE (${range}) AND (${which(change)}) ORDER BY ${key} FOR UPDATE
  )
  UPDATE ${change.table} t SET ${set} FROM wrong w WHERE ${same} AND (${which(change)})
  RETURNING ${keyAsJson(change, 't')} AS key, w.before, ${values(change)} AS after`;
}

function values(change: TableChange): string {
  const pairs = [...change.old, ...change.new].map(({ name }) => `'${name}', t.${name}::text`);
  return `jsonb_build_object(${pairs.join(', ')})`;
}
