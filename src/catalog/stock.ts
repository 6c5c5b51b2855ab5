import type { Queryable } from '../platform/postgres.ts';

// Rows are locked in the order of their keys, so that two orders of the same products wait for
// each other instead of locking each other out.
const reserveSql = `
  WITH wanted AS (
    SELECT sku, sum(quantity) AS quantity
    FROM unnest($1::text[], $2::int[]) AS w (sku, quantity) GROUP BY sku
  ), locked AS MATERIALIZED (
    SELECT p.sku FROM products p WHERE p.sku = ANY ($1) ORDER BY p.sku FOR NO KEY UPDATE
  ), reserved AS (
    UPDATE products p SET stock = p.stock - w.quantity
    FROM locked JOIN wanted w USING (sku)
    WHERE p.sku = locked.sku AND p.stock >= w.quantity
    RETURNING p.sku
  )
  SELECT now() AS now, locked.sku, reserved.sku IS NOT NULL AS reserved,
    (round(c.price, $4::int) * 10::numeric ^ $4::int)::bigint AS unit_minor
  FROM locked
  LEFT JOIN reserved USING (sku)
  LEFT JOIN product_prices c ON c.sku = locked.sku AND c.currency = $3`;

const releaseSql = `
  WITH returned AS (
    SELECT i.sku, sum(i.quantity) AS quantity FROM order_items i WHERE i.order_id = $1 GROUP BY i.sku
  ), locked AS MATERIALIZED (
    SELECT p.sku FROM products p JOIN returned USING (sku) ORDER BY p.sku FOR NO KEY UPDATE OF p
  )
  UPDATE products p SET stock = p.stock + returned.quantity
  FROM locked JOIN returned USING (sku) WHERE p.sku = locked.sku`;

interface ReservationRow {
  readonly now: Date;
  readonly sku: string;
  readonly reserved: boolean;
  readonly unit_minor: number | null;
}

/** What a product's row said when stock was reserved from it. */
export interface Reservation {
  readonly sku: string;
  /** False: there was not enough, and nothing was taken. */
  readonly reserved: boolean;
  /** Price rounded once to the currency's smallest unit; null: none in that currency. */
  readonly unitMinor: number | null;
}

/**
 * Takes stock for lines of an order, inside the order's own transaction, and tells that transaction's
 * time. Unknown SKUs are absent.
 */
export async function reserveStock(
  db: Queryable,
  wanted: readonly { sku: string; quantity: number }[],
  currency: { code: string; decimals: number },
): Promise<{ reservations: Map<string, Reservation>; now: Date }> {
  const { rows } = await db.query<ReservationRow>(reserveSql, [
    wanted.map((item) => item.sku),
    wanted.map((item) => item.quantity),
    currency.code,
    currency.decimals,
  ]);
  const reservations = rows.map(({ sku, reserved, unit_minor: unitMinor }) => {
    return [sku, { sku, reserved, unitMinor }] as const;
  });
  // Without a known SKU there is no row, and no order whose time could matter.
  return { reservations: new Map(reservations), now: rows[0]?.now ?? new Date(0) };
}

/** Gives the stock of an order back. */
export async function releaseStock(db: Queryable, orderId: string): Promise<void> {
  await db.query(releaseSql, [orderId]);
}
