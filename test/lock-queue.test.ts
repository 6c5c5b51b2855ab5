import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { leaveOpen, openKinds } from './lock-queue/holders.ts';
import { measure, measureStep, promisedMs } from './lock-queue/measure.ts';
import { lockingSteps } from './lock-queue/steps.ts';
import { databaseFor } from './support/database.ts';
import { until } from './support/wait.ts';

/** The same for a minute: npm run test:lock-queue. */
const openMs = 2_000;

// Several commands a test, each a process: long on a busy machine.
const timeout = 120_000;

describe.each(lockingSteps)('$what beside a transaction that is left open', { timeout }, (step) => {
  it.each(openKinds)('%s: holds no reader up, and succeeds afterwards', async (kind) => {
    const measured = await measureStep(step, kind, openMs, await databaseFor(step.from));
    expect(measured.endedEarly).toBe(false);
    expect(measured.result).toMatchObject({ code: 0, stderr: '' });
    expect(measured.longest?.ms ?? 0).toBeLessThanOrEqual(promisedMs);
  });
});

it('the proof can fail: an ALTER without lock_timeout holds up everybody behind it', async () => {
  const database = await databaseFor('baseline');
  const open = await leaveOpen(database.url, 'read', { state: 'baseline', table: 'payments' });
  const { longest } = await measure(database.url, async () => {
    const altering = database.pool.query('ALTER TABLE payments ADD COLUMN careless int');
    await until(async () => (await queuedFor(database.pool)) > 2 * promisedMs, 'readers queue');
    await open.end();
    await altering;
  });
  expect(longest).toMatchObject({ table: 'payments' });
  expect(longest?.ms).toBeGreaterThan(promisedMs);
});

/** How long the longest reader has waited by now, in milliseconds. */
async function queuedFor(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart) * 1000), 0)::float8 AS ms
     FROM pg_locks WHERE NOT granted AND mode = 'AccessShareLock'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]?.ms ?? 0;
}
