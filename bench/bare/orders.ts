import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

interface NewOrder {
  Body: { items: { sku: string; quantity: number }[] };
  Headers: { 'x-customer-id': string };
}

// Rows are locked in one order, or two orders of the same products lock each other out.
const reserveSql = `
  WITH locked AS MATERIALIZED (
    SELECT sku FROM products WHERE sku = ANY ($1::text[]) ORDER BY sku FOR NO KEY UPDATE
  )
  UPDATE products p SET stock = p.stock - w.quantity
  FROM locked, unnest($1::text[], $2::int[]) AS w (sku, quantity), product_prices c
  WHERE p.sku = locked.sku AND w.sku = p.sku AND p.stock >= w.quantity
    AND c.sku = p.sku AND c.currency = 'USD'
  RETURNING p.sku, (round(c.price, 2) * 100)::int AS unit_minor`;

const insertOrderSql = `
  INSERT INTO orders (id, customer_id, status, total) VALUES ($1, $2, 'placed', $3)
  RETURNING created_at`;

const insertItemsSql = `
  INSERT INTO order_items (order_id, line, sku, quantity, unit_price)
  SELECT $1, w.line, w.sku, w.quantity, w.unit_price
  FROM unnest($2::text[], $3::int[], $4::numeric[]) WITH ORDINALITY
    AS w (sku, quantity, unit_price, line)`;

const readSql = `
  SELECT o.id, o.status, o.total::text AS total,
    (SELECT json_agg(json_build_object(
        'sku', i.sku, 'quantity', i.quantity, 'unitPrice', i.unit_price::text) ORDER BY i.line)
      FROM order_items i WHERE i.order_id = o.id) AS items,
    o.created_at AS "createdAt"
  FROM orders o WHERE o.id = $1`;

const decimal = (minor: number): string => (minor / 100).toFixed(2);

/** Orders as one writes them at first: the same rows and the same answers, and nothing around. */
export function registerOrders(app: FastifyInstance, pool: pg.Pool): void {
  app.post<NewOrder>('/v1/orders', async (request, reply) => {
    const order = await placeOrder(pool, request.headers['x-customer-id'], request.body.items);
    return reply.code(201).send(order);
  });

  app.get<{ Params: { id: string } }>('/v1/orders/:id', async (request, reply) => {
    const { rows } = await pool.query(readSql, [request.params.id]);
    return rows[0] ?? reply.code(404).send({ message: 'no such order' });
  });
}

async function placeOrder(pool: pg.Pool, customer: string, wanted: NewOrder['Body']['items']) {
  const skus = wanted.map((item) => item.sku);
  const quantities = wanted.map((item) => item.quantity);
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ sku: string; unit_minor: number }>(reserveSql, [
      skus,
      quantities,
    ]);
    if (rows.length < wanted.length) throw new Error('unknown product, or too few of it');
    const prices = new Map(rows.map((row) => [row.sku, row.unit_minor]));
    const total = wanted.reduce((sum, i) => sum + (prices.get(i.sku) ?? 0) * i.quantity, 0);
    const items = wanted.map((i) => ({ ...i, unitPrice: decimal(prices.get(i.sku) ?? 0) }));
    const id = uuidv7();
    const placed = await client.query(insertOrderSql, [id, customer, decimal(total)]);
    const unitPrices = items.map((item) => item.unitPrice);
    await client.query(insertItemsSql, [id, skus, quantities, unitPrices]);
    await client.query('COMMIT');
    const createdAt = placed.rows[0]?.created_at;
    return { id, status: 'placed', total: decimal(total), items, createdAt };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
