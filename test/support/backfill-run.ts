import type pg from 'pg';
import { expect } from 'vitest';
import { minorUnits } from '../../src/changes/minor-units/change.ts';
import { limitBackfill } from '../../src/schema-change/backfill/control.ts';
import { type BackfillOptions, backfill } from '../../src/schema-change/backfill/run.ts';
import { insertOldOrders } from './rows.ts';
import { until } from './wait.ts';

/** A run in small batches, and what it said and did in their order. */
export async function watchedRun(pool: pg.Pool, options: BackfillOptions) {
  await insertOldOrders(pool, 500);
  await limitBackfill(pool, 'minor-units', 200);
  const events: string[] = [];
  const result = backfill(pool, minorUnits, {
    batchSize: 10,
    ...options,
    observer: { say: (line) => events.push(line), batch: () => events.push('batch') },
  });
  result.catch(() => {}); // awaited at the end
  const batches = () => events.filter((event) => event === 'batch').length;
  const saying = (words: string) => () => events.some((event) => event.includes(words));
  await until(() => batches() > 1, 'the first batches');
  return {
    events,
    batches,
    holds: (why: string) => until(saying(`waiting: ${why}`), `it holds: ${why}`, 20_000),
    goesOn: (words = 'going on') => until(saying(words), 'it goes on', 20_000),
    async completes() {
      await limitBackfill(pool, 'minor-units', null);
      expect(await result).toMatchObject({ outcome: 'complete' });
    },
  };
}
