import { type Queryable, sqlState } from '../platform/postgres/postgres.ts';

const quoteSql = `
  SELECT now() AS now, p.sku, p.stock,
    (round(c.price, $3::int) * 10::numeric ^ $3::int)::bigint AS unit_minor
  FROM products p LEFT JOIN product_prices c ON c.sku = p.sku AND c.currency = $2
  WHERE p.sku = ANY ($1::text[])`;

/** What a product's row said. */
export interface Quote {
  /** Pieces on the shelf; somebody may be taking them. */
  readonly stock: number;
  /** Price rounded once to the currency's smallest unit; null: none in that currency. */
  readonly unitMinor: number | null;
}

/** Prices and stock of products by SKU, and the database's time. Unknown SKUs are absent. */
export async function quoteProducts(
  db: Queryable,
  skus: readonly string[],
  currency: { code: string; decimals: number },
): Promise<{ quotes: Map<string, Quote>; now: Date }> {
  const { rows } = await db.query<{
    now: Date;
    sku: string;
    stock: number;
    unit_minor: number | null;
  }>(quoteSql, [skus, currency.code, currency.decimals]);
  const quotes = new Map(
    rows.map(({ sku, stock, unit_minor: unitMinor }) => [sku, { stock, unitMinor }]),
  );
  // Without a known SKU there is no row, and no order whose time could matter.
  return { quotes, now: rows[0]?.now ?? new Date(0) };
}

/**
 * SQL of CTEs that take pieces off the shelf: `skus` and `quantities` are array parameters, and
 * nothing is taken while the CTE `condition` is empty. Rows are locked in the order of their keys, so
 * that two orders of the same products wait for each other instead of locking each other out. Where
 * there are too few pieces the statement fails as a whole: see `isOutOfStock`.
 */
export function takeStockSql(skus: string, quantities: string, condition: string): string {
  return `
  wanted AS (
    SELECT w.sku, sum(w.quantity) AS quantity
    FROM ${condition}, unnest(${skus}::text[], ${quantities}::int[]) AS w (sku, quantity)
    GROUP BY w.sku
  ), locked AS MATERIALIZED (
    SELECT p.sku FROM products p JOIN wanted USING (sku) ORDER BY p.sku FOR NO KEY UPDATE OF p
  ), taken AS (
    UPDATE products p SET stock = p.stock - wanted.quantity
    FROM locked JOIN wanted USING (sku) WHERE p.sku = locked.sku
  )`;
}

const checkViolation = '23514';

/** Whether a statement failed because a shelf would have less than nothing on it. */
export function isOutOfStock(error: unknown): boolean {
  const { constraint } = (error ?? {}) as { constraint?: unknown };
  return sqlState(error) === checkViolation && constraint === 'products_stock_check';
}

const releaseSql = `
  WITH returned AS (
    SELECT i.sku, sum(i.quantity) AS quantity FROM order_items i WHERE i.order_id = $1 GROUP BY i.sku
  ), locked AS MATERIALIZED (
    SELECT p.sku FROM products p JOIN returned USING (sku) ORDER BY p.sku FOR NO KEY UPDATE OF p
  )
  UPDATE products p SET stock = p.stock + returned.quantity
  FROM locked JOIN returned USING (sku) WHERE p.sku = locked.sku`;

/** Gives the stock of an order back. */
export async function releaseStock(db: Queryable, orderId: string): Promise<void> {
  await db.query(releaseSql, [orderId]);
}
