import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectedReleases } from '../src/schema-change/instances.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { mayTestPgbouncer, pgbouncerFor } from './support/pgbouncer.ts';
import { readyReplica } from './support/replica.ts';
import { insertInstance } from './support/rows.ts';
import { schema } from './support/schema-command.ts';
import { createWorld, environmentFor, type World } from './support/service.ts';
import { until } from './support/wait.ts';

/** A session under an instance's name, and an instance that has signed off so many seconds ago. */
async function leftSession(stoppedAgo: number): Promise<[TestDatabase, pg.PoolClient]> {
  const database = await databaseFor('relaxed');
  const client = await database.pool.connect();
  onTestFinished(() => client.release(true));
  await client.query(`SET application_name = 'scaleretail/2.0/two'`);
  const instance = { id: 'two', release: '2.0', phase: 'dual-read-new', stopped: true };
  await insertInstance(database.pool, { ...instance, seenAgo: stoppedAgo });
  return [database, client];
}

const two = [{ release: '2.0', instance: 'two' }];

describe('a session that bears the name of an instance', () => {
  it('which has signed off since the session was used is nobody else’s than the pooler’s', async () => {
    const [{ pool }] = await leftSession(0);
    expect(await connectedReleases(pool)).toEqual([]);
  });

  it('which has signed off before the session was used is still that instance’s', async () => {
    const [{ pool }] = await leftSession(5);
    expect(await connectedReleases(pool)).toEqual(two);
  });

  it('which has signed off with a transaction open is still that instance’s', async () => {
    const [{ pool }, client] = await leftSession(0);
    await client.query('BEGIN');
    expect(await connectedReleases(pool)).toEqual(two);
  });

  it('is missed where an instance lives: the gate says so', async () => {
    const database = await databaseFor('relaxed');
    const instance = { id: 'three', release: '3.0', phase: 'new', seenAgo: -3600 };
    await insertInstance(database.pool, instance);
    const { stdout } = await schema(database.url, 'contract', '--check');
    expect(stdout).toMatch(/pass {2}live-sessions .*none too old; not seen: 1 that are alive/);
  });
});

describe.skipIf(!mayTestPgbouncer)('behind PgBouncer', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  async function replicaOf(database: TestDatabase) {
    const pgbouncer = await pgbouncerFor(database, { poolSize: 2 });
    const env = environmentFor(world, pgbouncer.url, '2.0');
    // After its start it is still: nothing is under way that its end would break a connection by.
    const settings = {
      DATABASE_POOLER: 'transaction',
      SHUTDOWN_DELAY_MS: '0',
      HEARTBEAT_MS: '60000',
      RECONCILE_MS: '600000',
    };
    const replica = await readyReplica({ ...env, ...settings });
    expect(await connectedReleases(database.pool)).toEqual([
      { release: '2.0', instance: env.INSTANCE_ID },
    ]);
    const end = async (signal: NodeJS.Signals) => {
      replica.child.kill(signal);
      await replica.ended;
    };
    const named = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'scaleretail/2.0/%'`;
    const left = async () => (await database.pool.query(named)).rowCount !== 0;
    return { pgbouncer, end, left };
  }

  it('a replica that has signed off leaves its name, and is not taken for alive', async () => {
    const database = await databaseFor('expanded');
    const { end, left } = await replicaOf(database);
    await end('SIGTERM');
    expect(await left()).toBe(true);
    expect(await connectedReleases(database.pool)).toEqual([]);
  });

  it('one that was killed is taken for alive until RECONNECT', async () => {
    const database = await databaseFor('expanded');
    const { pgbouncer, end, left } = await replicaOf(database);
    await end('SIGKILL');
    expect(await connectedReleases(database.pool)).toHaveLength(1);
    await pgbouncer.reconnect();
    await until(async () => !(await left()), 'its name is gone');
  });
});
