import { describe, expect, it } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { askGate, type GateReport } from '../src/schema-change/gate/gate.ts';
import { askGateOf, gates } from '../src/schema-change/gate/gates.ts';
import { readSchema } from '../src/schema-change/schema-state.ts';
import { contractObjections } from './support/contract-objections.ts';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { evidenceOf, failedIn, options, plantIn, readyToContract } from './support/gate.ts';
import { schema } from './support/schema-command.ts';

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
    expect(failedIn(await askGateOf('contract', database.pool, minorUnits, options))).toEqual([]);
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
    const checked = await schema(database.url, 'contract', '--check', '--json');
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({ gate: 'contract', passed: true });
  });
});

describe('the contract gate refuses by name', () => {
  it.each(contractObjections)('$what: $check', async (objection) => {
    const { check, evidence, options: own } = objection;
    const database = await readyToContract();
    await plantIn(database, objection);
    const asked = { ...options, ...own?.() };
    const report = await askGateOf('contract', database.pool, minorUnits, asked);
    expect(failedIn(report)).toEqual([check]);
    expect(evidenceOf(report, check)).toContain(evidence);
    // Without the check nobody would have seen it.
    const others = gates.contract
      .checks('minor-units', 'relaxed')
      .filter(({ name }) => name !== check);
    const about = {
      ...asked,
      db: database.pool,
      change: minorUnits,
      oldestRelease: '3.0',
    } as const;
    expect(await askGate('contract', others, about)).toMatchObject({ passed: true });
  });

  it('and each of its checks is refused by in one of these', () => {
    const names = gates.contract.checks('minor-units', 'relaxed').map(({ name }) => name);
    expect(new Set(contractObjections.map(({ check }) => check))).toEqual(new Set(names));
  });

  it('the command asks the same gate and changes nothing', async () => {
    const database = await readyToContract();
    await database.pool.query('DELETE FROM brownouts');
    const refused = await schema(database.url, 'contract', '--window', '1', '--json');
    expect(refused.code).toBe(3);
    const asked = await schema(database.url, 'gate', 'contract', '--window', '1', '--json');
    expect(asked.code).toBe(3);
    const told = JSON.parse(asked.stdout) as GateReport;
    expect(failedIn(told)).toEqual(['brownout']);
    expect(failedIn(JSON.parse(refused.stdout) as GateReport)).toEqual(['brownout']);
    expect(Object.keys(told.checks[0] ?? {})).toEqual([
      'name',
      'verdict',
      'passed',
      'evidence',
      'at',
      'maxAgeSeconds',
    ]);
    expect(await columns(database)).toContain('orders.total');
  });
});
