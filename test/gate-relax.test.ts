import { describe, expect, it, onTestFinished } from 'vitest';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { askGateOf } from '../src/schema-change/gate/gates.ts';
import { databaseFor } from './support/database.ts';
import { evidenceOf, failedIn, type Objection, options, plantIn } from './support/gate.ts';
import { insertInstance } from './support/rows.ts';
import { insertBothShapes, verifyNow } from './support/verified.ts';

/** What speaks against relaxing; that check alone has to refuse. */
const relaxObjections: readonly Objection[] = [
  {
    check: 'live-instances',
    what: 'a live 1.0 replica',
    plant: (db) =>
      insertInstance(db.pool, { id: 'one', release: '1.0', phase: 'old', seenAgo: -9 }),
    evidence: 'one (release 1.0)',
  },
  {
    check: 'live-sessions',
    what: 'a silent 1.0 session',
    plant: async ({ pool }) => {
      const client = await pool.connect();
      await client.query(`SET application_name = 'scaleretail/1.0/silent'`);
      onTestFinished(() => client.release(true));
    },
    evidence: 'silent (release 1.0)',
  },
  {
    check: 'verified-since-old-writers',
    what: 'a writer of the old shape after the verification',
    plant: `UPDATE service_instance_changes SET old_only_until = now()`,
    evidence: 'wrote only the old shape was there 0.',
  },
  {
    check: 'verified-since-old-writers',
    what: 'no verification',
    plant: 'DELETE FROM verification_runs',
    evidence: 'no clean verification',
  },
  {
    check: 'verified-since-old-writers',
    what: 'a verification of the day before yesterday',
    plant: `UPDATE verification_runs SET started_at = started_at - interval '2 days'`,
    evidence: 'older than 86400 s',
  },
];

describe('the relax gate', () => {
  it.each(relaxObjections)('$what: $check', async (objection) => {
    const { check, evidence } = objection;
    const database = await databaseFor('expanded');
    await insertBothShapes(database.pool, 5);
    await insertInstance(database.pool, {
      id: 'two',
      release: '2.0',
      phase: 'dual-read-old',
      seenAgo: -9,
    });
    await verifyNow(database);
    const ask = () => askGateOf('relax', database.pool, minorUnits, options);
    expect(failedIn(await ask())).toEqual([]);
    await plantIn(database, objection);
    const report = await ask();
    // A 1.0 replica that is alive is an old writer, too.
    expect(failedIn(report)[0]).toBe(check);
    expect(evidenceOf(report, check)).toContain(evidence);
  });

  it.each(['baseline', 'relaxed', 'contracted'] as const)('on schema %s', async (state) => {
    const { pool } = await databaseFor(state);
    const report = await askGateOf('relax', pool, minorUnits, options);
    // After the step there is nothing left to do.
    expect(report.passed).toBe(state !== 'baseline');
    expect(report.checks[0]).toMatchObject({ name: 'schema-state', passed: report.passed });
  });
});
