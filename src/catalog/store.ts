import type { Queryable } from '../platform/postgres/postgres.ts';

/** A product as customers see it. Prices are decimal rates by currency, as text. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly inStock: boolean;
  readonly prices: Readonly<Record<string, string>>;
}

const columns = `
  p.sku, p.name, p.stock > 0 AS in_stock,
  (SELECT coalesce(json_object_agg(c.currency, trim_scale(c.price)::text ORDER BY c.currency), '{}')
    FROM product_prices c WHERE c.sku = p.sku AND c.currency = ANY ($2::text[])) AS prices`;

const findSql = `SELECT ${columns} FROM products p WHERE p.sku = $1`;

const listSql = `
  SELECT ${columns} FROM products p WHERE $1::text IS NULL OR p.sku > $1
  ORDER BY p.sku LIMIT $3`;

interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly in_stock: boolean;
  readonly prices: Record<string, string>;
}

function toProduct({ sku, name, in_stock, prices }: ProductRow): Product {
  return { sku, name, inStock: in_stock, prices };
}

export async function findProduct(
  db: Queryable,
  sku: string,
  currencies: readonly string[],
): Promise<Product | null> {
  const { rows } = await db.query<ProductRow>(findSql, [sku, currencies]);
  return rows[0] === undefined ? null : toProduct(rows[0]);
}

/** At most `limit` products after `after` in the order of their SKU. */
export async function listProducts(
  db: Queryable,
  page: { after: string | null; limit: number; currencies: readonly string[] },
): Promise<Product[]> {
  const { rows } = await db.query<ProductRow>(listSql, [page.after, page.currencies, page.limit]);
  return rows.map(toProduct);
}
