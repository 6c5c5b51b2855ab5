import { takeStockSql } from '../catalog/stock.ts';
import type { ChangeName, Phases } from '../changes/changes.ts';
import { itemPrice, orderTotal } from '../changes/minor-units/change.ts';
import { readMoney, writeMoney } from '../changes/minor-units/money-sql.ts';
import { shadowSql } from '../changes/shadow-sql.ts';
import { readAddress, writeAddress } from '../changes/shipping-address/address-sql.ts';
import { orderAddress } from '../changes/shipping-address/change.ts';
import { sqlByPhases } from '../changes/sql-by-phases.ts';
import { type KeyRef, keepAnswerSql, type StoredAnswer } from '../idempotency/keys.ts';
import type { Queryable } from '../platform/postgres/postgres.ts';
import type { ShadowOutcome } from '../schema-change/phases/shadow.ts';
import type { ShipTo } from './address.ts';
import type { Order, OrderItem, OrderStatus } from './order.ts';

/** The changes that the statements on orders know both shapes of. */
export const orderChanges: readonly ChangeName[] = ['minor-units', 'shipping-address'];

/** Columns of an order with its items, read in one round trip. */
function orderColumns(phases: Phases): string {
  const total = readMoney(phases['minor-units'], orderTotal, 'o');
  const unit = readMoney(phases['minor-units'], itemPrice, 'i');
  return `
    o.id, o.customer_id, o.status, o.created_at,
    ${total.minor} AS total_minor, ${total.currency} AS currency,
    ${readAddress(phases['shipping-address'], 'o')},
    (SELECT json_agg(json_build_object(
        'sku', i.sku, 'quantity', i.quantity,
        'unit', json_build_object('minor', ${unit.minor}, 'currency', ${unit.currency}))
        ORDER BY i.line)
      FROM order_items i WHERE i.order_id = o.id) AS items`;
}

const findSql = sqlByPhases(
  (phases) => `SELECT ${orderColumns(phases)} FROM orders o WHERE o.id = $1 AND o.customer_id = $2`,
);

const listSql = sqlByPhases(
  (phases) => `
  SELECT ${orderColumns(phases)} FROM orders o
  WHERE o.customer_id = $1 AND ($2::uuid IS NULL OR o.id < $2)
  ORDER BY o.id DESC LIMIT $3`,
);

/** What of an order a change has two shapes of. */
const compareSql: Readonly<Record<ChangeName, string>> = {
  'minor-units': `${shadowSql(orderTotal, 'id = $1')} UNION ALL ${shadowSql(itemPrice, 'order_id = $1')}`,
  'shipping-address': shadowSql(orderAddress, 'id = $1'),
};

// One statement, and so one transaction: the answer under its key, the stock, the order, its lines.
// Each part selects from `key`, which is empty when the key is taken.
const insertSql = sqlByPhases((phases) => {
  const total = writeMoney(phases['minor-units'], orderTotal, {
    minor: '$4::bigint',
    currency: '$5::text',
  });
  const unit = writeMoney(phases['minor-units'], itemPrice, {
    minor: 'w.unit_minor',
    currency: '$5::text',
  });
  const address = writeAddress(phases['shipping-address'], {
    ship_street: '$14::text',
    ship_postcode: '$15::text',
    ship_city: '$16::text',
    ship_country: '$17::text',
  });
  const key = keepAnswerSql({
    customerId: '$2',
    key: '$9',
    requestHash: '$10',
    status: '$11',
    body: '$12',
    ttlMs: '$13',
  });
  return `
  WITH key AS (${key}), ${takeStockSql('$6', '$7', 'key')}, placed AS (
    INSERT INTO orders (id, customer_id, status, created_at, ${total.columns}, ${address.columns})
    SELECT $1, $2, 'placed', $3, ${total.values}, ${address.values} FROM key
  ), lines AS (
    INSERT INTO order_items (order_id, line, sku, quantity, ${unit.columns})
    SELECT $1, w.line, w.sku, w.quantity, ${unit.values}
    FROM key, unnest($6::text[], $7::int[], $8::bigint[]) WITH ORDINALITY
      AS w (sku, quantity, unit_minor, line)
  )
  SELECT key FROM key`;
});

interface OrderRow {
  readonly id: string;
  readonly customer_id: string;
  readonly status: OrderStatus;
  readonly created_at: Date;
  readonly total_minor: number;
  readonly currency: string;
  /** '' for an order that is sent nowhere, as the other parts then are. */
  readonly ship_street: string;
  readonly ship_postcode: string;
  readonly ship_city: string;
  readonly ship_country: string;
  readonly items: OrderItem[] | null;
}

function toShipTo(row: OrderRow): ShipTo | null {
  const { ship_street: street, ship_postcode: postcode, ship_city: city } = row;
  return street === '' ? null : { street, postcode, city, country: row.ship_country };
}

function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    customerId: row.customer_id,
    status: row.status,
    total: { minor: row.total_minor, currency: row.currency },
    items: row.items ?? [],
    shipTo: toShipTo(row),
    createdAt: row.created_at.toISOString(),
  };
}

/** Null when there is no such order, or it is somebody else's. */
export async function findOrder(
  db: Queryable,
  phases: Phases,
  id: string,
  customerId: string,
): Promise<Order | null> {
  const { rows } = await db.query<OrderRow>(findSql(phases), [id, customerId]);
  return rows[0] === undefined ? null : toOrder(rows[0]);
}

/** At most `limit` orders of a customer, newest first, older than the order `before`. */
export async function listOrders(
  db: Queryable,
  phases: Phases,
  page: { customerId: string; before: string | null; limit: number },
): Promise<Order[]> {
  const { rows } = await db.query<OrderRow>(listSql(phases), [
    page.customerId,
    page.before,
    page.limit,
  ]);
  return rows.map(toOrder);
}

/** How the two shapes of each row of an order compare that a change has two shapes of. */
export async function compareOrder(
  db: Queryable,
  change: ChangeName,
  id: string,
): Promise<ShadowOutcome[]> {
  const { rows } = await db.query<{ outcome: ShadowOutcome }>(compareSql[change], [id]);
  return rows.map(({ outcome }) => outcome);
}

/**
 * Stores a new order in the shape or shapes that the phase writes, takes its stock, and keeps the
 * answer under its key: all or nothing.
 *
 * @returns false when the key is taken; nothing was stored then.
 * @throws the driver's error for which `isOutOfStock` is true when there is too little of something.
 */
export async function insertOrder(
  db: Queryable,
  phases: Phases,
  order: Omit<Order, 'status'>,
  { ref, answer, ttlMs }: { ref: KeyRef; answer: StoredAnswer; ttlMs: number },
): Promise<boolean> {
  const { shipTo } = order;
  const { rows } = await db.query(insertSql(phases), [
    ...[order.id, order.customerId, order.createdAt, order.total.minor, order.total.currency],
    order.items.map((item) => item.sku),
    order.items.map((item) => item.quantity),
    order.items.map((item) => item.unit.minor),
    ...[ref.key, ref.requestHash, answer.status, answer.body, ttlMs],
    ...[shipTo?.street ?? '', shipTo?.postcode ?? '', shipTo?.city ?? '', shipTo?.country ?? ''],
  ]);
  return rows.length > 0;
}
