import type { TestDatabase } from './database.ts';

export const id = (n: number) => `00000000-0000-7000-8000-00000000000${n}`;

/** Leaves a row as release 3.0 writes it: the new shape alone. */
export async function insertNewOrder(
  database: TestDatabase,
  n: number,
  currency = 'USD',
): Promise<void> {
  await database.pool.query(
    `INSERT INTO orders (id, customer_id, status, total_minor, currency, shipping_address)
     VALUES ($1, 'alice', 'placed', 1999, $2, '')`,
    [id(n), currency],
  );
}

/** What the catalogue says of the tables of the change, without the order of the columns. */
export async function shape(database: TestDatabase): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attnotnull THEN 'NOT NULL' END, pg_get_expr(d.adbin, d.adrelid),
       a.attacl::text) AS line
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE c.relname IN ('orders', 'order_items', 'payments') AND a.attnum > 0 AND NOT a.attisdropped
     UNION ALL
     SELECT indexdef FROM pg_indexes WHERE tablename IN ('orders', 'order_items', 'payments')
     UNION ALL
     SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
     WHERE conrelid IN ('orders'::regclass, 'order_items'::regclass, 'payments'::regclass)
     ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}
