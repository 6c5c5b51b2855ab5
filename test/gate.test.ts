import { describe, expect, it } from 'vitest';
import type { GateReport } from '../src/schema-change/gate.ts';
import { readSchema } from '../src/schema-change/schema-state.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertInstance, insertOldOrders } from './support/rows.ts';
import { schema } from './support/schema-command.ts';

/** Asks the gate as an operator would; the window is a second, so that tests need not wait. */
async function ask(
  database: TestDatabase,
): Promise<{ code: number | null; failed: string[]; report: GateReport }> {
  const result = await schema(database.url, 'contract', '--check', '--json', '--window', '1');
  const report = JSON.parse(result.stdout) as GateReport;
  const failed = report.checks.filter((check) => !check.passed).map((check) => check.name);
  return { code: result.code, failed, report };
}

function evidenceOf(report: GateReport, name: string): string {
  return report.checks.find((check) => check.name === name)?.evidence ?? '';
}

/** A database in which everything speaks for contract. */
async function readyToContract(): Promise<TestDatabase> {
  const database = await databaseFor('expanded');
  await insertOldOrders(database.pool, 50);
  await schema(database.url, 'backfill');
  await schema(database.url, 'verify');
  expect((await schema(database.url, 'expand', '--release', '3.0')).code).toBe(0);
  await insertInstance(database.pool, {
    id: 'two',
    release: '2.0',
    phase: 'dual-read-new',
    stopped: true,
    seenAgo: 100,
    oldReadAgo: 100,
    oldWrittenAgo: 100,
  });
  await keepAlive(database);
  expect((await schema(database.url, 'verify')).code).toBe(0);
  expect((await schema(database.url, 'brownout', '--window', '1')).code).toBe(0);
  return database;
}

/** An instance of 3.0 that has reported for an hour and is alive for another one. */
async function keepAlive(database: TestDatabase): Promise<void> {
  await insertInstance(database.pool, {
    id: 'three',
    release: '3.0',
    phase: 'new',
    seenAgo: -3600,
  });
}

async function columns(database: TestDatabase): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

describe('contract', () => {
  it.each(['empty', 'baseline', 'expanded', 'relaxed'] as const)(
    'without evidence on schema %s: exits 3, changes nothing, names the failed checks',
    async (state) => {
      const database = await databaseFor(state);
      const before = await columns(database);
      const refused = await schema(database.url, 'contract');
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain('nothing was changed; failed: ');
      expect(refused.stdout).toContain('FAIL');
      expect(await columns(database)).toEqual(before);
    },
  );

  it('drops the old columns once everything speaks for it, and only once', async () => {
    const database = await readyToContract();
    const { code, failed } = await ask(database);
    expect(failed).toEqual([]);
    expect(code).toBe(0);
    expect(await columns(database)).toContain('orders.total');
    const done = await schema(database.url, 'contract', '--window', '1');
    expect(done.code).toBe(0);
    const after = await columns(database);
    for (const old of ['orders.total', 'order_items.unit_price', 'payments.amount']) {
      expect(after).not.toContain(old);
    }
    expect(await readSchema(database.pool)).toEqual({
      states: new Map([['minor-units', 'contracted']]),
      goingBack: new Map(),
      oldestRelease: '3.0',
    });
    const again = await schema(database.url, 'contract');
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('nothing to apply');
  });
});

/** One thing each that speaks against it; that check alone has to refuse. */
const objections: {
  readonly check: string;
  readonly what: string;
  readonly plant: string | ((database: TestDatabase) => Promise<unknown>);
  readonly evidence: string;
}[] = [
  {
    check: 'live-instances',
    what: 'a live 1.0 replica',
    plant: (db) =>
      insertInstance(db.pool, { id: 'one', release: '1.0', phase: 'old', seenAgo: -9 }),
    evidence: 'one (release 1.0)',
  },
  {
    check: 'rows-equal',
    what: 'one mismatch',
    plant: `UPDATE payments SET amount_minor = amount_minor + 1
      WHERE id = '00000000-0000-7000-8000-000000000007'`,
    evidence: 'payments id=00000000-0000-7000-8000-000000000007',
  },
  {
    check: 'rows-filled',
    what: 'one row that was not filled',
    plant: `ALTER TABLE orders DROP CONSTRAINT orders_minor_units_set;
      UPDATE orders SET total_minor = NULL WHERE id = '00000000-0000-7000-8000-000000000003'`,
    evidence: 'orders id=00000000-0000-7000-8000-000000000003',
  },
  {
    check: 'dependents',
    what: 'a view on the column',
    plant: 'CREATE VIEW revenue AS SELECT sum(total) FROM orders',
    evidence: 'view revenue uses orders.total',
  },
  {
    check: 'dependents',
    what: 'a function whose text names the column',
    plant: `CREATE FUNCTION owed() RETURNS numeric LANGUAGE plpgsql
      AS 'BEGIN RETURN (SELECT sum(amount) FROM payments); END'`,
    evidence: 'function owed() uses payments.amount',
  },
  {
    check: 'dependents',
    what: 'an index on the column',
    plant: 'CREATE INDEX dear ON order_items (unit_price)',
    evidence: 'index dear uses order_items.unit_price',
  },
  {
    check: 'old-column-use',
    what: 'a read of an old column within the window',
    plant: (db) =>
      insertInstance(db.pool, {
        id: 'late',
        release: '3.0',
        phase: 'new',
        seenAgo: -9,
        oldReadAgo: -9,
      }),
    evidence: 'within the window',
  },
  {
    check: 'old-column-use',
    what: 'nobody who reports',
    plant: 'DELETE FROM service_instances',
    evidence: 'no live instance',
  },
  {
    check: 'verifications',
    what: 'no verification since the last writer',
    plant: `UPDATE service_instance_changes SET old_written_at = now() - interval '2 seconds'
      WHERE instance_id = 'two';
      UPDATE verification_runs SET started_at = started_at - interval '1 hour'`,
    evidence: '0 of them begun after the last write',
  },
  {
    check: 'verifications',
    what: 'one verification only',
    plant: 'DELETE FROM verification_runs WHERE id = 1',
    evidence: '1 in a row without mismatch',
  },
  {
    check: 'verifications',
    what: 'a verification that found something',
    plant: `INSERT INTO verification_runs
      (change_name, started_at, finished_at, rows_checked, unfilled, different)
      VALUES ('minor-units', now(), now(), 200, 0, 1)`,
    evidence: '0 in a row',
  },
  {
    check: 'brownout',
    what: 'no brownout',
    plant: 'DELETE FROM brownouts',
    evidence: 'no brownout was held',
  },
  {
    check: 'brownout',
    what: 'a brownout that is still going on',
    plant: `UPDATE brownouts SET outcome = 'watching', finished_at = NULL`,
    evidence: 'watching',
  },
  {
    check: 'brownout',
    what: 'a right that was missed after the brownout',
    plant: (db) =>
      insertInstance(db.pool, {
        id: 'missed',
        release: '3.0',
        phase: 'new',
        seenAgo: -9,
        denied: 1,
      }),
    evidence: 'rights were missed',
  },
];

describe('the gate refuses by name', () => {
  it.each(objections)('$what: $check', async ({ check, plant, evidence }) => {
    const database = await readyToContract();
    if (typeof plant === 'string') await database.pool.query(plant);
    else await plant(database);
    const { code, failed, report } = await ask(database);
    expect(code).toBe(3);
    expect(failed).toEqual([check]);
    expect(evidenceOf(report, check)).toContain(evidence);
    expect((await schema(database.url, 'contract', '--window', '1')).code).toBe(3);
    expect(await columns(database)).toContain('orders.total');
  });

  it('a session of a release that is too old, though it sends no heartbeat: live-sessions', async () => {
    const database = await readyToContract();
    const client = await database.pool.connect();
    await client.query(`SET application_name = 'scaleretail/2.0/silent'`);
    const { code, failed, report } = await ask(database);
    client.release(true);
    expect({ code, failed }).toEqual({ code: 3, failed: ['live-sessions'] });
    expect(evidenceOf(report, 'live-sessions')).toContain('silent (release 2.0)');
  });

  it('a brownout shorter than the window that is asked for', async () => {
    const database = await readyToContract();
    await database.pool.query(`UPDATE service_instances SET started_at = now() - interval '1 day'`);
    const result = await schema(database.url, 'contract', '--check', '--json', '--window', '50');
    const report = JSON.parse(result.stdout) as GateReport;
    expect(report.checks.filter((c) => !c.passed).map((c) => c.name)).toEqual(['brownout']);
  });
});

describe('brownout', () => {
  it('refuses while an instance needs the old columns, or on another schema', async () => {
    const database = await databaseFor('relaxed');
    await insertInstance(database.pool, { id: 'two', release: '2.0', phase: 'dual-read-new' });
    const refused = await schema(database.url, 'brownout', '--window', '1');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('two (release 2.0) uses the old columns');
    const early = await schema((await databaseFor('expanded')).url, 'brownout', '--window', '1');
    expect(early.code).toBe(3);
    expect(early.stderr).toContain('must be "relaxed"');
  });

  it('takes the rights and gives them back at the first statement that misses them', async () => {
    const database = await databaseFor('relaxed');
    await keepAlive(database);
    const running = schema(database.url, 'brownout', '--window', '60', '--json');
    const reader = await database.pool.connect();
    await reader.query('SET ROLE scaleretail_api');
    let refusal: unknown = null;
    while (refusal === null) {
      await reader.query('SELECT total FROM orders').catch((error: unknown) => {
        refusal = error;
      });
    }
    expect(refusal).toMatchObject({ code: '42501' });
    // What an instance does when one of its statements is refused.
    await database.pool.query(
      'UPDATE service_instances SET rights_denied = 1, rights_denied_at = now()',
    );
    const result = await running;
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({ outcome: 'undone' });
    await reader.query('SELECT total FROM orders');
    reader.release(true);
  });

  it('is undone by hand', async () => {
    const database = await readyToContract();
    const rights = `SELECT has_column_privilege('scaleretail_api', 'orders', 'total', 'SELECT') AS has`;
    expect((await database.pool.query(rights)).rows[0]).toEqual({ has: false });
    expect((await schema(database.url, 'brownout', '--undo')).code).toBe(0);
    expect((await database.pool.query(rights)).rows[0]).toEqual({ has: true });
    expect((await ask(database)).failed).toEqual(['brownout']);
  });
});
