import type pg from 'pg';

/** Orders with two items and a payment each, as release 1.0 writes them: the old shape alone. */
export async function insertOldOrders(pool: pg.Pool, count: number, prefix = '0'): Promise<void> {
  const id = `('${prefix}0000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`;
  await pool.query(
    `INSERT INTO orders (id, customer_id, status, total)
     SELECT ${id}, 'alice', 'paid', (i % 100000)::numeric / 100 FROM generate_series(1, $1::int) i`,
    [count],
  );
  await pool.query(
    `INSERT INTO order_items (order_id, line, sku, quantity, unit_price)
     SELECT ${id}, line, 'pen', 1, (i % 1000)::numeric / 100
     FROM generate_series(1, $1::int) i, generate_series(1, 2) line`,
    [count],
  );
  await pool.query(
    `INSERT INTO payments (id, order_id, customer_id, status, amount, card_token)
     SELECT ${id}, ${id}, 'alice', 'captured', (i % 100000)::numeric / 100, 'tok'
     FROM generate_series(1, $1::int) i`,
    [count],
  );
}

/** A heartbeat as an instance leaves it; times are seconds before now. */
export async function insertInstance(
  pool: pg.Pool,
  instance: {
    id: string;
    release: string;
    phase: string;
    change?: string;
    startedAgo?: number;
    seenAgo?: number;
    stopped?: boolean;
    oldOnlyAgo?: number;
    oldReadAgo?: number;
    oldWrittenAgo?: number;
    denied?: number;
  },
): Promise<void> {
  const ago = (seconds: number | undefined) =>
    seconds === undefined ? 'NULL' : `now() - ${seconds} * interval '1 second'`;
  await pool.query(
    `INSERT INTO service_instances (instance_id, release, heartbeat_ms, started_at, last_seen_at,
       stopped_at, rights_denied, rights_denied_at)
     VALUES ($1, $2, 500, ${ago(instance.startedAgo ?? 3600)}, ${ago(instance.seenAgo ?? 0)},
       ${instance.stopped === true ? ago(instance.seenAgo ?? 0) : 'NULL'},
       $3::bigint, CASE WHEN $3::bigint > 0 THEN now() END)`,
    [instance.id, instance.release, instance.denied ?? 0],
  );
  await pool.query(
    `INSERT INTO service_instance_changes
       (instance_id, change_name, phase, old_only_until, old_read_at, old_written_at)
     VALUES ($1, $2, $3, ${ago(instance.oldOnlyAgo)}, ${ago(instance.oldReadAgo)},
       ${ago(instance.oldWrittenAgo)})`,
    [instance.id, instance.change ?? 'minor-units', instance.phase],
  );
}
