import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { asOwner } from '../harness/shop.ts';
import type { World } from '../harness/world.ts';
import type { Check } from './finding.ts';
import type { Told } from './told.ts';

/** A damage that a check has to find, done behind everybody's back. Gives the row that it is in. */
type Plant = (world: World, told: Told) => Promise<string>;

/** The run has come to nothing that could be damaged. */
class NothingToDamageError extends Error {
  constructor(what: string) {
    super(`there is no ${what} to damage`);
    this.name = 'NothingToDamageError';
  }
}

export const plants = {
  'lost-order': (world, told) =>
    inDatabase(world, async (db) => {
      const id = await orderOf(db, told, 'o.status = $$cancelled$$');
      await db.query('DELETE FROM order_items WHERE order_id = $1', [id]);
      await db.query('DELETE FROM payments WHERE order_id = $1', [id]);
      await db.query('DELETE FROM orders WHERE id = $1', [id]);
      return id;
    }),
  'altered-order': (world, told) =>
    inDatabase(world, async (db) => {
      const id = await orderOf(db, told, 'true');
      const column = await totalColumn(db, id);
      await db.query(`UPDATE orders SET ${column} = ${column} + 1 WHERE id = $1`, [id]);
      return id;
    }),
  'second-order': (world, told) =>
    inDatabase(world, async (db) => {
      const id = await orderOf(db, told, 'o.status = $$cancelled$$');
      const copy = randomUUID();
      await db.query(
        `INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('id', $2::text))).*
         FROM orders o WHERE o.id = $1`,
        [id, copy],
      );
      await db.query(
        `INSERT INTO order_items
         SELECT (jsonb_populate_record(i, jsonb_build_object('order_id', $2::text))).*
         FROM order_items i WHERE i.order_id = $1`,
        [id, copy],
      );
      return copy;
    }),
  stock: (world) =>
    inDatabase(world, async (db) => {
      const sku = 'sku-0';
      await db.query('UPDATE products SET stock = stock - 1 WHERE sku = $1', [sku]);
      return sku;
    }),
  'lost-refund': (world, told) =>
    inDatabase(world, async (db) => {
      const id = told.refunds.at(-1)?.id;
      if (id === undefined) throw new NothingToDamageError('refund');
      await db.query('DELETE FROM refunds WHERE id = $1', [id]);
      return id;
    }),
  'double-charge': async (world, told) => {
    const paid = told.payments.find(({ status }) => status === 'captured');
    if (paid === undefined) throw new NothingToDamageError('captured payment');
    await charge(world, paid.orderId, paid.minor);
    return paid.orderId;
  },
  'unpaid-charge': async (world, told) => {
    const id = told.cancelled.at(-1);
    if (id === undefined) throw new NothingToDamageError('cancelled order');
    return charge(world, id, 100);
  },
} satisfies Partial<Record<Check, Plant>>;

export type PlantName = keyof typeof plants;

export const plantNames = Object.keys(plants) as PlantName[];

/** Does the damage; gives the check that has to find it, and the row. */
export async function plant(
  name: PlantName,
  world: World,
  told: Told,
): Promise<{ check: Check; row: string }> {
  const damage: Plant = plants[name];
  return { check: name, row: await damage(world, told) };
}

/** An order that a client was told of, and whose loss or copy changes nothing but itself. */
async function orderOf(db: pg.Client, told: Told, condition: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT o.id FROM orders o WHERE o.id = ANY ($1) AND ${condition} ORDER BY o.id LIMIT 1`,
    [told.orders.map(({ id }) => id)],
  );
  if (rows[0] === undefined) throw new NothingToDamageError('order');
  return rows[0].id;
}

async function totalColumn(db: pg.Client, id: string): Promise<'total' | 'total_minor'> {
  const { rows } = await db.query<{ filled: boolean }>(
    `SELECT to_jsonb(o) ->> 'total_minor' IS NOT NULL AS filled FROM orders o WHERE o.id = $1`,
    [id],
  );
  return rows[0]?.filled === true ? 'total_minor' : 'total';
}

/** Charges past the service; gives the charge's id. */
async function charge(world: World, reference: string, amountMinor: number): Promise<string> {
  const answer = await fetch(`${world.gateway.url}/v1/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ reference, amountMinor, currency: 'USD', token: 'tok_visa' }),
  });
  return ((await answer.json()) as { id: string }).id;
}

function inDatabase(world: World, work: (db: pg.Client) => Promise<string>): Promise<string> {
  return asOwner(world.databaseUrl, work);
}
