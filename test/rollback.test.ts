import { describe, expect, it } from 'vitest';
import type { GateReport } from '../src/schema-change/gate/gate.ts';
import { readState } from '../src/schema-change/schema-state.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertInstance, insertOldOrders } from './support/rows.ts';
import { type CommandResult, schema } from './support/schema-command.ts';
import { id, insertNewOrder, shape } from './support/shape.ts';

async function run(database: TestDatabase, ...args: string[]): Promise<CommandResult> {
  const result = await schema(database.url, ...args);
  expect(result, args.join(' ')).toMatchObject({ code: 0 });
  return result;
}

/** From baseline to relaxed, as an operator goes. */
async function relax(database: TestDatabase): Promise<void> {
  await run(database, 'expand', '--release', '2.0');
  await run(database, 'backfill');
  await run(database, 'verify');
  await run(database, 'expand', '--release', '3.0');
}

/** A command is a process, and a whole change is many of them. */
const limit = { timeout: 120_000 };

describe('rollback', limit, () => {
  it('goes back from each state, and forward again, with nothing left behind', async () => {
    const database = await databaseFor('baseline');
    await insertOldOrders(database.pool, 3);
    const baseline = await shape(database);
    await run(database, 'expand', '--release', '2.0');
    const expanded = await shape(database);
    await run(database, 'rollback');
    expect(await shape(database)).toEqual(baseline);
    await relax(database);
    await insertNewOrder(database, 9);
    const back = await run(database, 'rollback', '--json');
    expect(JSON.parse(back.stdout)).toEqual({
      change: 'minor-units',
      from: 'relaxed',
      to: 'expanded',
      undone: ['0004_expand_validate_minor_units', '0003_expand_relax_decimal_money'],
      filled: 1,
    });
    expect(await shape(database)).toEqual(expanded);
    const { rows } = await database.pool.query('SELECT total FROM orders WHERE id = $1', [id(9)]);
    expect(rows).toEqual([{ total: '19.99' }]);
    await run(database, 'rollback');
    expect(await shape(database)).toEqual(baseline);
    expect((await run(database, 'rollback')).stdout).toContain('nothing to roll back');
    await relax(database);
    await run(database, 'rollback', '--to', 'baseline');
    expect(await shape(database)).toEqual(baseline);
  });

  it('knows no change by its name: the second one goes back too', async () => {
    const database = await databaseFor('6.0');
    await database.pool.query(
      `INSERT INTO orders (id, customer_id, status, total_minor, currency, ship_street,
         ship_postcode, ship_city, ship_country)
       VALUES ('${id(1)}', 'alice', 'placed', 1999, 'JPY', 'Rue 1', '75001', 'Paris', 'FR')`,
    );
    const there = await shape(database);
    await run(database, 'rollback');
    expect(await shape(database)).toEqual(await shape(await databaseFor('5.0')));
    const { rows } = await database.pool.query('SELECT shipping_address AS text FROM orders');
    expect(rows).toEqual([{ text: 'Rue 1, 75001, Paris, FR' }]);
    await run(database, 'rollback');
    expect(await shape(database)).toEqual(await shape(await databaseFor('4.0')));
    expect((await schema(database.url, 'rollback', '--change', 'minor-units')).code).toBe(3);
    await run(database, 'expand', '--release', '5.0');
    await run(database, 'backfill');
    await run(database, 'verify');
    await run(database, 'expand', '--release', '6.0');
    expect(await shape(database)).toEqual(there);
  });

  it('forgets what was found out about the change', async () => {
    const database = await databaseFor('baseline');
    await relax(database);
    await run(database, 'rollback', '--to', 'expanded');
    const { rows } = await database.pool.query(
      'SELECT change_name FROM verification_runs UNION ALL SELECT change_name FROM backfill_progress',
    );
    expect(rows).toEqual([]);
    await run(database, 'backfill');
    await run(database, 'verify');
    await run(database, 'rollback', '--to', 'baseline');
    await run(database, 'expand', '--release', '2.0');
    const relaxing = await schema(database.url, 'expand', '--release', '3.0');
    expect(relaxing.code).toBe(3);
    expect(relaxing.stdout).toContain('no clean verification');
    expect((await run(database, 'status', '--json')).stdout).toContain('"backfill": []');
  });

  it('says of a contracted change why there is no way back, and what the way forward is', async () => {
    const database = await databaseFor('contracted');
    const rollback = ['rollback', '--change', 'minor-units'];
    for (const more of [[], ['--to', 'baseline']]) {
      const refused = await schema(database.url, ...rollback, ...more);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toMatch(/^[^\n]+ the way forward is a new change [^\n]+\n$/);
    }
    const asked = await schema(database.url, ...rollback, '--check');
    expect(asked.code).toBe(3);
    expect(asked.stdout).toMatch(/FAIL {2}schema-state {2}[^\n]+ the way forward is a new change/);
  });
});

describe('each check of the rollback gate refuses alone', limit, () => {
  const objections: {
    readonly check: string;
    readonly from: 'expanded' | 'relaxed';
    readonly what: string;
    readonly plant: (database: TestDatabase) => Promise<unknown>;
    readonly evidence: string;
  }[] = [
    {
      check: 'live-instances',
      from: 'expanded',
      what: 'a live 2.0',
      plant: (db) =>
        insertInstance(db.pool, { id: 'two', release: '2.0', phase: 'old', seenAgo: -9 }),
      evidence: 'two (release 2.0)',
    },
    {
      check: 'old-columns-required',
      from: 'expanded',
      what: 'an old column that may be NULL',
      plant: (db) => db.pool.query('ALTER TABLE payments ALTER amount DROP NOT NULL'),
      evidence: 'payments.amount',
    },
    {
      check: 'live-instances',
      from: 'relaxed',
      what: 'a live 3.0',
      plant: (db) =>
        insertInstance(db.pool, { id: 'three', release: '3.0', phase: 'new', seenAgo: -9 }),
      evidence: 'three (release 3.0)',
    },
    {
      check: 'rows-fit-old-shape',
      from: 'relaxed',
      what: 'a row in another currency',
      plant: (db) => insertNewOrder(db, 7, 'JPY'),
      evidence: `orders id=${id(7)}`,
    },
  ];

  it.each(objections)('$from, $what: $check', async ({ check, from, plant, evidence }) => {
    const database = await databaseFor(from);
    const before = await shape(database);
    await plant(database);
    const asked = await schema(database.url, 'rollback', '--check', '--json');
    const { checks } = JSON.parse(asked.stdout) as GateReport;
    const failed = checks.filter(({ passed }) => !passed);
    expect({ code: asked.code, failed: failed.map(({ name }) => name) }).toEqual({
      code: 3,
      failed: [check],
    });
    expect(failed[0]?.evidence).toContain(evidence);
    const refused = await schema(database.url, 'rollback');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`nothing was changed; failed: ${check}`);
    expect(await readState(database.pool, 'minor-units')).toBe(from);
    if (check !== 'old-columns-required') expect(await shape(database)).toEqual(before);
  });

  it('a session of a release that does not run there, without heartbeat: live-sessions', async () => {
    const database = await databaseFor('expanded');
    const client = await database.pool.connect();
    await client.query(`SET application_name = 'scaleretail/2.0/silent'`);
    const refused = await schema(database.url, 'rollback');
    client.release(true);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('failed: live-sessions');
  });
});
