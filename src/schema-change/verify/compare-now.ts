import type { Queryable } from '../../platform/postgres/postgres.ts';
import type { SchemaChange, TableChange } from '../change.ts';
import { databaseNow } from '../instances.ts';
import type { RowKey } from '../keyset.ts';
import { compareChanged, compareRange, type Finding, readMismatches } from './compare.ts';
import { lastBase } from './runs.ts';
import { twoShapes, type Verification } from './verify.ts';
import { readWatermark } from './watermark.ts';

const samplesPerTable = 5;

/**
 * Compares all rows of a change as they are now, on the word of the last clean run where there is
 * one, and keeps nothing. After such a run, each table is looked at in one snapshot: no row that
 * anybody could see then was wrong.
 *
 * @throws {NothingToVerifyError} on a schema with one shape.
 */
export async function compareNow(db: Queryable, change: SchemaChange): Promise<Verification> {
  await twoShapes(db, change);
  const mark = await readWatermark(db, change);
  const base = await lastBase(db, change.name, mark);
  let total = nothing;
  const samples: Verification['samples'][number][] = [];
  for (const table of change.tables) {
    const found =
      base === null
        ? await compareEvery(db, table)
        : await compareChanged(db, table, base.watermark, samplesPerTable);
    total = add(total, found);
    samples.push(...(await readMismatches(db, table, found.badKeys)));
  }
  return {
    startedAt: mark.at,
    finishedAt: await databaseNow(db),
    rowsChecked: total.rowsCompared + total.rowsKnown,
    rowsKnown: total.rowsKnown,
    knownSince: base?.startedAt ?? null,
    unfilled: total.unfilled,
    different: total.different,
    samples,
  };
}

async function compareEvery(db: Queryable, table: TableChange): Promise<Finding> {
  let found = nothing;
  let cursor: RowKey | null = null;
  do {
    const room: number = samplesPerTable - found.badKeys.length;
    const piece: { finding: Finding; last: RowKey | null } = await compareRange(
      db,
      table,
      cursor,
      room,
    );
    found = add(found, piece.finding);
    cursor = piece.last;
  } while (cursor !== null);
  return found;
}

const nothing: Finding = { rowsCompared: 0, rowsKnown: 0, unfilled: 0, different: 0, badKeys: [] };

function add(one: Finding, other: Finding): Finding {
  return {
    rowsCompared: one.rowsCompared + other.rowsCompared,
    rowsKnown: one.rowsKnown + other.rowsKnown,
    unfilled: one.unfilled + other.unfilled,
    different: one.different + other.different,
    badKeys: [...one.badKeys, ...other.badKeys],
  };
}
