import type { Change } from '../changes/change.ts';
import type { Stall } from '../load/types.ts';
import type { Db } from '../world/db.ts';
import type { World } from '../world/world.ts';
import type { RunOptions } from './run-options.ts';

/** Deliberate damage, to see that the proof can fail. */
export interface Plant {
  readonly name: string;
  readonly what: string;
  /** FAULTS of every replica. */
  readonly faults?: string;
  /** Holds the generator up. */
  readonly stall?: Stall;
  /** Done behind everybody's back, after the last request and before the ledgers are compared. */
  readonly damage?: (world: World, change: Change) => Promise<void>;
}

/** A plant's own faults take the place of the candidate's, in all replicas. */
export function planted(options: RunOptions): RunOptions {
  const faults = options.plant?.faults;
  if (faults === undefined) return options;
  const candidate = { ...options.candidate, faults, fromFaults: faults };
  return { ...options, candidate };
}

async function lastToldOrder(db: Db): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM orders o WHERE status = 'paid'
       AND NOT EXISTS (SELECT FROM lab.before_orders_minor b WHERE b.key = o.id::text)
     ORDER BY id DESC LIMIT 1`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no order was paid during the run');
  return row.id;
}

export const plants: readonly Plant[] = [
  {
    name: 'lost-order',
    what: 'an acknowledged order is deleted',
    async damage({ db }) {
      const id = await lastToldOrder(db);
      await db.query('DELETE FROM payments WHERE order_id = $1', [id]);
      await db.query('DELETE FROM order_items WHERE order_id = $1', [id]);
      await db.query('DELETE FROM orders WHERE id = $1', [id]);
    },
  },
  {
    name: 'double-charge',
    what: 'the gateway captures an order a second time',
    async damage({ db, charges }) {
      const reference = await lastToldOrder(db);
      await fetch(`${charges.url}/v1/charges`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `planted-${reference}` },
        body: JSON.stringify({ reference, amountMinor: 1, currency: 'USD', token: 'tok_visa' }),
      });
    },
  },
  {
    name: 'altered-row',
    what: 'a new column of one old row says something else',
    async damage({ db }, { alter }) {
      await db.query(
        `UPDATE orders SET ${alter} WHERE id = (SELECT min(key)::uuid FROM lab.before_orders_minor)`,
      );
    },
  },
  {
    name: 'no-drain',
    what: 'every replica ends at SIGTERM with requests in flight',
    faults: 'exit-without-draining',
  },
  {
    name: 'slow-generator',
    what: 'the generator of the load is held up for a third of the time',
    stall: { everyMs: 600, forMs: 200 },
  },
];
