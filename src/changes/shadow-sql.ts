import { differs, hasOld, type TableChange, unfilled } from '../schema-change/change.ts';

/**
 * A SELECT that says of each row of a table how its two shapes compare: see `ShadowOutcome`. A row
 * without the old one was written by a release that knows the new one alone.
 */
export function shadowSql(change: TableChange, condition: string): string {
  return `
  SELECT CASE WHEN NOT (${hasOld(change)}) THEN 'same'
      WHEN ${unfilled(change)} THEN 'unfilled'
      WHEN ${differs(change)} THEN 'different'
      ELSE 'same' END AS outcome
  FROM ${change.table} WHERE ${condition}`;
}
