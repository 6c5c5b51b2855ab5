import { startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { createPool } from '../src/platform/postgres/postgres.ts';
import { watchedRun } from './support/backfill-run.ts';
import { installSchema } from './support/install-schema.ts';
import { startStandby } from './support/standby.ts';
import { until } from './support/wait.ts';

it('a backfill holds while the replay of a replica stands still, and goes on by itself', async () => {
  const primary = await startPostgres({ durable: false, settings: { wal_keep_size: '256MB' } });
  onTestFinished(() => primary.stop());
  await installSchema(primary.url(), 'expanded');
  const pool = createPool({
    databaseUrl: primary.url(),
    applicationName: 'test',
    size: 5,
    statementTimeoutMs: 0,
  });
  onTestFinished(() => pool.end());
  const replica = new pg.Client(await startStandby(primary));
  await replica.connect();
  onTestFinished(() => replica.end());
  const streams = "SELECT FROM pg_stat_replication WHERE state = 'streaming'";
  await until(async () => (await pool.query(streams)).rows.length === 1, 'the replica streams');

  const run = await watchedRun(pool, {});
  await replica.query('SELECT pg_wal_replay_pause()');
  await run.holds('replica-lag');
  const before = run.batches();
  const { rows } = await replica.query<{ filled: number }>(
    'SELECT count(*)::int AS filled FROM orders WHERE total_minor IS NOT NULL',
  );
  await replica.query('SELECT pg_wal_replay_resume()');
  await run.goesOn();
  const why = run.events.findIndex((event) => event.startsWith('waiting'));
  expect(run.events[why]).toMatch(/^waiting: replica-lag \d+\.\d s > 1\.5 s$/);
  expect(run.events[why + 1]).toBe('all signals are good again: going on');
  expect(run.batches()).toBeGreaterThanOrEqual(before);
  await run.completes();
  const caughtUp = async () =>
    (
      await replica.query<{ filled: number }>(
        'SELECT count(*)::int AS filled FROM orders WHERE total_minor IS NOT NULL',
      )
    ).rows[0]?.filled === 500;
  await until(caughtUp, 'the replica has every row');
  expect(rows[0]?.filled).toBeLessThan(500);
}, 120_000);
