import { utimes, writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { type Objection, stamp } from './gate.ts';
import { insertInstance } from './rows.ts';

/** What speaks against contract, at least one for each of the gate's checks. */
export const contractObjections: readonly Objection[] = [
  {
    check: 'schema-state',
    what: 'another state',
    plant: `UPDATE schema_state SET state = 'expanded'`,
    evidence: 'must be "relaxed"',
  },
  {
    check: 'live-sessions',
    what: 'a session of a release that is too old, though it sends no heartbeat',
    plant: async ({ pool }) => {
      const client = await pool.connect();
      await client.query(`SET application_name = 'scaleretail/2.0/silent'`);
      onTestFinished(() => client.release(true));
    },
    evidence: 'silent (release 2.0)',
  },
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
    plant: 'DELETE FROM verification_runs WHERE id = (SELECT min(id) FROM verification_runs)',
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
  {
    check: 'brownout',
    what: 'a brownout shorter than the window that is asked for',
    plant: `UPDATE service_instances SET started_at = now() - interval '1 day'`,
    evidence: 'shorter than the 50 s',
    options: () => ({ windowSeconds: 50 }),
  },
  {
    check: 'brownout',
    what: 'a right that was given back behind its back',
    plant: 'GRANT SELECT ON orders TO scaleretail_api',
    evidence: 'has rights on orders.total again',
  },
  {
    check: 'backup',
    what: 'no backup where one is asked for',
    plant: '',
    evidence: '/nowhere is not there',
    options: () => ({ backupStampFile: '/nowhere' }),
  },
  // Evidence that was good once.
  {
    check: 'verifications',
    what: 'verifications of the day before yesterday',
    plant: `UPDATE verification_runs SET started_at = started_at - interval '2 days';
      UPDATE service_instance_changes SET old_written_at = old_written_at - interval '3 days'`,
    evidence: 'older than 86400 s',
  },
  {
    check: 'brownout',
    what: 'a brownout of the day before yesterday',
    plant: `UPDATE brownouts SET started_at = started_at - interval '2 days',
      finished_at = finished_at - interval '2 days'`,
    evidence: 'older than 86400 s',
  },
  {
    check: 'backup',
    what: 'a backup of the day before yesterday',
    plant: async () => {
      await writeFile(stamp(), '');
      await utimes(stamp(), 0, (Date.now() - 2 * 86_400_000) / 1000);
    },
    evidence: 'older than 86400 s',
    options: () => ({ backupStampFile: stamp() }),
  },
  {
    check: 'old-column-use',
    what: 'heartbeats that have ceased',
    plant: `UPDATE service_instances SET last_seen_at = now() - interval '1 hour'
      WHERE instance_id = 'three'`,
    evidence: 'no live instance',
  },
];
