import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseName } from '../src/releases.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { mayTestPgbouncer, type PgBouncer, pgbouncerFor } from './support/pgbouncer.ts';
import { type Replica, readyReplica } from './support/replica.ts';
import { schema } from './support/schema-command.ts';
import { createWorld, environmentFor, until, type World } from './support/service.ts';
import { startCustomers } from './support/shop-through.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Far fewer than the replicas' own: what one leaves on a connection, another one finds. */
const poolSize = 3;
const replicasOfEach = 2;
/** Seconds in which nobody may use the old columns before contract. */
const windowSeconds = '1';

/** The replicas that customers are sent to, in turns. */
class Fleet {
  readonly #pgbouncer: PgBouncer;
  readonly #all: Replica[] = [];
  #serving: (Replica & { url: string })[] = [];
  #turn = 0;

  constructor(pgbouncer: PgBouncer) {
    this.#pgbouncer = pgbouncer;
  }

  readonly nextUrl = (): string => {
    this.#turn += 1;
    return this.#serving[this.#turn % this.#serving.length]?.url ?? '';
  };

  /** Adds replicas of a release to those before it, has both serve, and takes the old ones away. */
  async roll(release: ReleaseName, beside: () => Promise<unknown> = async () => {}): Promise<void> {
    const old = this.#serving;
    for (let count = 0; count < replicasOfEach; count += 1) {
      const replica = await readyReplica({
        ...environmentFor(world, this.#pgbouncer.url, release),
        DATABASE_POOLER: 'transaction',
        SHUTDOWN_DELAY_MS: '500', // what was sent to it before it was left out still arrives
      });
      this.#all.push(replica);
      this.#serving = [...this.#serving, replica];
    }
    await beside();
    this.#serving = this.#serving.filter((replica) => !old.includes(replica));
    for (const replica of old) replica.child.kill('SIGTERM');
    for (const replica of old) expect((await replica.ended).code).toBe(0);
  }

  /** Everything that any replica has logged. */
  log(): string {
    return this.#all.map((replica) => replica.stdout()).join('');
  }
}

/** Runs a schema command, on PostgreSQL itself, until its evidence lets it. */
async function untilDone(database: TestDatabase, ...args: string[]): Promise<void> {
  let said = '';
  const done = async () => {
    const result = await schema(database.url, ...args);
    said = result.stdout + result.stderr;
    if (result.code !== 0) await pause(100);
    return result.code === 0;
  };
  await until(done, `${args.join(' ')} is done`, 30_000).catch((error: Error) => {
    throw new Error(`${error.message}; it said last:\n${said}`);
  });
}

/** Waits until one connection to the server has been used by all of these releases. */
async function shared(
  database: TestDatabase,
  { login }: PgBouncer,
  releases: readonly ReleaseName[],
): Promise<void> {
  const users = new Map<number, Set<string>>();
  const look = async () => {
    const { rows } = await database.pool.query<{ pid: number; release: string }>(
      `SELECT pid, split_part(application_name, '/', 2) AS release FROM pg_stat_activity
       WHERE usename = $1`,
      [login],
    );
    expect(rows.length).toBeLessThanOrEqual(poolSize);
    for (const { pid, release } of rows) users.set(pid, (users.get(pid) ?? new Set()).add(release));
    return [...users.values()].some((seen) => releases.every((release) => seen.has(release)));
  };
  await until(look, `${releases.join(' and ')} share a connection`);
}

/** The orders by their id, each with its status; all have the one price that they were told. */
async function storedOrders({ pool }: TestDatabase): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; status: string; money: string }>(
    `SELECT id, status, total_minor || ' ' || currency AS money FROM orders`,
  );
  for (const { money } of rows) expect(money).toBe('1999 USD');
  return new Map(rows.map(({ id, status }) => [id, status]));
}

describe.skipIf(!mayTestPgbouncer)('behind PgBouncer', () => {
  it('a whole change runs, and no request fails', { timeout: 180_000 }, async () => {
    const database = await databaseFor('baseline');
    const pgbouncer = await pgbouncerFor(database, { poolSize });
    const fleet = new Fleet(pgbouncer);
    await fleet.roll('1.0');
    const token = await world.tokens.sign('alice');
    const customers = startCustomers(fleet.nextUrl, token, 4);

    await untilDone(database, 'expand', '--release', '2.0');
    await fleet.roll('2.0', () => shared(database, pgbouncer, ['1.0', '2.0']));
    world.flags.set('orders.dual-write', { enabled: true });
    await untilDone(database, 'backfill');
    await untilDone(database, 'verify');
    world.flags.set('orders.read-new', { enabled: true });
    await untilDone(database, 'expand', '--release', '3.0');
    await fleet.roll('3.0', () => shared(database, pgbouncer, ['2.0', '3.0']));
    await untilDone(database, 'verify');
    await untilDone(database, 'brownout', '--window', windowSeconds);
    await untilDone(database, 'contract', '--window', windowSeconds);
    await fleet.roll('4.0', () => shared(database, pgbouncer, ['3.0', '4.0']));
    const { answered } = customers;
    await until(() => (answered.get('4.0') ?? 0) > 100, 'release 4.0 has served alone');
    await customers.stop();

    expect(customers.failures).toEqual([]);
    expect([...answered.keys()].sort()).toEqual(['1.0', '2.0', '3.0', '4.0']);
    expect(fleet.log()).not.toMatch(/"level":[56]0|0A000|cached plan/);
    expect(await storedOrders(database)).toEqual(customers.orders);
  });
});
