import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Pool } from 'undici';
import { v7 as uuidv7 } from 'uuid';

interface NewPayment {
  Params: { id: string };
  Body: { token: string };
}

const lockOrderSql = `
  SELECT customer_id, status, total::text AS total FROM orders WHERE id = $1 FOR UPDATE`;

const insertPaymentSql = `
  INSERT INTO payments (id, order_id, customer_id, status, amount, card_token)
  VALUES ($1, $2, $3, 'pending', $4, $5) RETURNING created_at`;

const settleSql = `
  UPDATE payments SET status = $2, gateway_charge_id = $3, updated_at = now() WHERE id = $1`;

const markPaidSql = `UPDATE orders SET status = 'paid' WHERE id = $1`;

async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** Payments in the three steps that they need: pending, charge, settled. */
export function registerPayments(app: FastifyInstance, pool: pg.Pool, gatewayUrl: string): void {
  const gateway = new Pool(gatewayUrl, { connections: 32 });

  async function charge(id: string, orderId: string, total: string, token: string) {
    const amountMinor = Math.round(Number(total) * 100);
    const answer = await gateway.request({
      path: '/v1/charges',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify({ reference: orderId, amountMinor, currency: 'USD', token }),
    });
    return (await answer.body.json()) as { id: string; status: string };
  }

  app.post<NewPayment>('/v1/orders/:id/payments', async (request, reply) => {
    const orderId = request.params.id;
    const { token } = request.body;
    const id = uuidv7();
    const { total, createdAt } = await transaction(pool, async (client) => {
      const { rows } = await client.query(lockOrderSql, [orderId]);
      const [order] = rows;
      if (order?.status !== 'placed') throw new Error('not to be paid');
      const values = [id, orderId, order.customer_id, order.total, token];
      const inserted = await client.query(insertPaymentSql, values);
      return { total: order.total, createdAt: inserted.rows[0]?.created_at };
    });
    const charged = await charge(id, orderId, total, token);
    await transaction(pool, async (client) => {
      await client.query(settleSql, [id, charged.status, charged.id]);
      if (charged.status === 'captured') await client.query(markPaidSql, [orderId]);
    });
    return reply.code(201).send({ id, orderId, status: charged.status, total, createdAt });
  });

  app.addHook('onClose', () => gateway.close());
}
