import type { Metrics } from '../platform/metrics.ts';
import type { Queryable } from '../platform/postgres/postgres.ts';
import { backfillProgress, shareDone } from '../schema-change/backfill/progress.ts';
import type { SchemaChange } from '../schema-change/change.ts';

/**
 * Looks how far the backfill of each change is. The backfill itself is a command that comes and
 * goes: what it leaves undone is told by those who stay. Not at a scrape: that must not wait for a
 * database that is slow.
 */
export async function watchBackfills(
  db: Queryable,
  changes: readonly SchemaChange[],
  { backfillProgress: gauge }: Pick<Metrics, 'backfillProgress'>,
): Promise<void> {
  for (const change of changes) {
    const tables = await backfillProgress(db, change);
    // Not begun, or taken back with its change: a share of nothing would look like one that stands.
    if (tables.length === 0) gauge.remove({ change: change.name });
    else gauge.set({ change: change.name }, shareDone(tables));
  }
}
