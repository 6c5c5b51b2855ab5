import type pg from 'pg';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { changes } from '../src/changes/changes.ts';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { createMetrics } from '../src/platform/metrics.ts';
import { createPool } from '../src/platform/postgres/postgres.ts';
import { backfill } from '../src/schema-change/backfill/run.ts';
import { serviceRole } from '../src/schema-change/brownout.ts';
import { watchBackfills } from '../src/service/watch-backfills.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { scrape } from './support/metrics.ts';
import { insertOldOrders } from './support/rows.ts';
import { createWorld, serviceFor, until } from './support/service.ts';

let database: TestDatabase;
/** With the rights of a replica, which are not those of the command. */
let replica: pg.Pool;
beforeEach(async () => {
  database = await databaseFor('expanded');
  const databaseUrl = database.serviceUrl;
  replica = createPool({ databaseUrl, applicationName: 'watch', size: 1, role: serviceRole });
  const pool = replica;
  onTestFinished(() => pool.end());
});

const metrics = createMetrics('2.0');

async function looked(): Promise<Record<string, number>> {
  await watchBackfills(replica, changes, metrics);
  const { values } = await metrics.backfillProgress.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.change, value]));
}

/** A run that an operator ends after its first batch. */
async function interruptedRun(): Promise<void> {
  const ending = new AbortController();
  await backfill(database.pool, minorUnits, {
    batchSize: 100,
    signal: ending.signal,
    observer: { batch: () => ending.abort() },
  });
}

describe('what a replica tells of the backfill', () => {
  it('is nothing before it, what an interrupted run has left, and 1 at its end', async () => {
    await insertOldOrders(database.pool, 250);
    expect(await looked()).toEqual({});
    await interruptedRun();
    // 250 orders, 500 items and 250 payments, and the step that finishes them.
    expect(await looked()).toEqual({ 'minor-units': 100 / 1001 });
    expect(await looked()).toEqual({ 'minor-units': 100 / 1001 });
    await backfill(database.pool, minorUnits);
    expect(await looked()).toEqual({ 'minor-units': 1 });
  });

  it('is 1 only once every table is finished, though every row was walked over', async () => {
    await insertOldOrders(database.pool, 10);
    await backfill(database.pool, minorUnits);
    await database.pool.query(
      `UPDATE backfill_progress SET finished_at = NULL WHERE table_name = 'payments'`,
    );
    expect(await looked()).toEqual({ 'minor-units': 40 / 41 });
  });

  it('is looked for by every replica, by itself', async () => {
    await backfill(database.pool, minorUnits);
    const world = await createWorld();
    onTestFinished(() => world.close());
    const service = await serviceFor(world, database.url, '2.0');
    const told = async () =>
      (await scrape(service.url)).value('schema_backfill_progress_ratio', {
        change: 'minor-units',
      });
    await until(async () => (await told()) === 1, 'the first look', 20_000);
  });

  it('goes with its change when that is taken back', async () => {
    await backfill(database.pool, minorUnits);
    expect(await looked()).toEqual({ 'minor-units': 1 });
    await database.pool.query('DELETE FROM schema_state');
    expect(await looked()).toEqual({});
  });
});
