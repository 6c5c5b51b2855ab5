import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { changes } from '../src/changes/changes.ts';
import { compareReleases } from '../src/releases.ts';
import { appliedMigrations } from '../src/schema-change/ddl/runner.ts';
import { migrate } from '../src/schema-change/migrate.ts';
import { plan } from '../src/schema-change/migration-plan.ts';
import { readState } from '../src/schema-change/schema-state.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertInstance, insertOldOrders } from './support/rows.ts';
import { schema, startSchema } from './support/schema-command.ts';
import { until } from './support/service.ts';

async function stateOf(database: TestDatabase): Promise<string | undefined> {
  return (await readState(database.pool, 'minor-units')) ?? undefined;
}

describe('expand', () => {
  it('goes from an empty database to relaxed, and never to contracted by itself', async () => {
    const database = await databaseFor('empty');
    for (const state of ['baseline', 'expanded']) {
      expect((await schema(database.url, 'expand')).code).toBe(0);
      expect(await stateOf(database)).toBe(state);
    }
    expect((await schema(database.url, 'backfill')).code).toBe(0);
    expect((await schema(database.url, 'verify')).code).toBe(0);
    expect((await schema(database.url, 'expand')).code).toBe(0);
    expect(await stateOf(database)).toBe('relaxed');
    for (const release of [[], ['--release', '3.0'], ['--release', '4.0']]) {
      const again = await schema(database.url, 'expand', ...release);
      expect(again.code).toBe(0);
      expect(again.stdout).toContain('nothing to apply');
    }
    // The contract migration lies in the folder and is pending: being present is not enough.
    expect(await stateOf(database)).toBe('relaxed');
    expect(await appliedMigrations(database.pool)).toEqual(
      plan
        .filter(({ step, release }) => step === 'expand' && compareReleases(release, '3.0') <= 0)
        .map(({ name }) => name),
    );
  });

  it('may be run by several at once', async () => {
    const database = await databaseFor('empty');
    const results = await Promise.all(
      [1, 2, 3].map(() => schema(database.url, 'expand', '--release', '2.0', '--json')),
    );
    expect(results.map((result) => result.code)).toEqual([0, 0, 0]);
    const applied = results.flatMap((result) => JSON.parse(result.stdout).applied as string[]);
    expect(applied.toSorted()).toEqual(['0001_expand_baseline', '0002_expand_minor_units']);
    expect(await stateOf(database)).toBe('expanded');
  });

  it('refuses to relax before a verification', async () => {
    const database = await databaseFor('expanded');
    const refused = await schema(database.url, 'expand', '--release', '3.0');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('verified-since-old-writers');
    expect(await stateOf(database)).toBe('expanded');
  });

  it('refuses to relax while a writer of the old shape is there, or was since the verification', async () => {
    const database = await databaseFor('expanded');
    await schema(database.url, 'verify');
    await insertInstance(database.pool, { id: 'x', release: '1.0', phase: 'old', oldOnlyAgo: 0 });
    const alive = await schema(database.url, 'expand', '--release', '3.0');
    expect(alive.code).toBe(3);
    expect(alive.stdout).toMatch(/FAIL\s+live-instances .*x \(release 1\.0\)/);
    await database.pool.query(`UPDATE service_instances SET stopped_at = now()`);
    const gone = await schema(database.url, 'expand', '--release', '3.0');
    expect(gone.code).toBe(3);
    expect(gone.stdout).toMatch(/pass\s+live-instances/);
    expect(gone.stdout).toMatch(/FAIL\s+verified-since-old-writers/);
    await schema(database.url, 'verify');
    expect((await schema(database.url, 'expand', '--release', '3.0')).code).toBe(0);
  });

  it('stops at a row that was not filled, even when the gate was deceived', async () => {
    const database = await databaseFor('expanded');
    await schema(database.url, 'verify');
    await insertOldOrders(database.pool, 1);
    const failed = await schema(database.url, 'expand', '--release', '3.0');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('orders_minor_units_set');
    expect((await schema(database.url, 'status')).stdout).toMatch(/next .*expand --release 3.0/);
    expect((await schema(database.url, 'backfill')).code).toBe(0);
    expect((await schema(database.url, 'expand')).code).toBe(0);
  });

  it('gets its lock beside a long transaction by trying again, without making readers queue', async () => {
    const database = await databaseFor('baseline');
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM orders');
    const running = startSchema(database.url, 'expand', '--release', '2.0');
    const closed = once(running, 'close');
    let told = '';
    running.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      told += chunk;
    });
    const asked = `SELECT count(*)::int AS n FROM pg_locks
      WHERE mode = 'AccessExclusiveLock' AND NOT granted`;
    // Once it has seen that the transaction is long, it waits without asking for a lock.
    await until(() => told.includes('holds locks for longer than a moment'), 'it waits');
    for (let look = 0; look < 20; look += 1) {
      const { rows } = await database.pool.query<{ n: number }>(asked);
      expect(rows[0]?.n).toBe(0);
      await sleep(50);
    }
    await holder.query('COMMIT');
    holder.release();
    expect(await closed).toEqual([0, null]);
    expect(await stateOf(database)).toBe('expanded');
  });

  it('gives up when its patience ends, and has changed nothing', async () => {
    const database = await databaseFor('baseline');
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE orders IN ROW EXCLUSIVE MODE');
    const failed = await schema(database.url, 'expand', '--release', '2.0', '--patience', '1');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('nothing was changed');
    await holder.query('COMMIT');
    holder.release();
    expect(await stateOf(database)).toBe('baseline');
  });
});

describe('install', () => {
  it('sets an empty database up for any release', async () => {
    const database = await databaseFor('empty');
    expect((await schema(database.url, 'install', '--release', '7.0')).code).toBe(0);
    for (const { name } of changes) {
      expect(await readState(database.pool, name)).toBe('contracted');
    }
  });

  it('refuses a database that has a schema', async () => {
    const database = await databaseFor('baseline');
    const refused = await schema(database.url, 'install', '--release', '4.0');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('use expand and contract');
    expect(await stateOf(database)).toBe('baseline');
  });

  it('does nothing there with --if-empty', async () => {
    const database = await databaseFor('baseline');
    const left = await schema(database.url, 'install', '--release', '4.0', '--if-empty');
    expect(left).toMatchObject({ code: 0, stderr: '' });
    expect(left.stdout).toContain('nothing to apply; minor-units is "baseline"');
    expect(await stateOf(database)).toBe('baseline');
    const empty = await databaseFor('empty');
    expect((await schema(empty.url, 'install', '--if-empty')).code).toBe(0);
    expect(await stateOf(empty)).toBe('baseline');
  });
});

describe('a database that a newer code has migrated', () => {
  it('is left alone', async () => {
    const database = await databaseFor('expanded');
    await database.pool.query(
      `INSERT INTO pgmigrations (name, run_on) VALUES ('0009_expand_future', now())`,
    );
    await expect(
      migrate({
        databaseUrl: database.url,
        step: 'expand',
        release: '2.0',
        patienceMs: 1_000,
        say: () => {},
      }),
    ).rejects.toThrow('0009_expand_future');
  });
});
