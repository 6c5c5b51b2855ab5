import type pg from 'pg';
import { chargesFor, refundsFor } from '../support/charges.ts';
import type { World } from '../support/service.ts';
import type { Model } from './model.ts';

interface OrderInBooks {
  readonly id: string;
  readonly status: string;
  readonly minor: number;
  /** '' for none. */
  readonly address: string;
}

/** What is written down about one customer, in minor units; ids are sorted. */
export interface Books {
  readonly orders: readonly OrderInBooks[];
  readonly payments: readonly { id: string; status: string; minor: number; refunded: number }[];
  /** Captured and given back at the gateway, by payment. */
  readonly charges: readonly { payment: string; minor: number; refunded: number }[];
  readonly stock: Readonly<Record<string, number>>;
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, minor) => total + minor, 0);
const sorted = <T>(rows: readonly T[], key: (row: T) => string) =>
  rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));

export function expectedBooks(model: Model): Books {
  const captured = model.payments.filter((payment) => payment.captured);
  return {
    orders: sorted(
      model.orders.map(({ id, status, totalMinor: minor, address }) => {
        return { id, status, minor, address };
      }),
      (order) => order.id,
    ),
    payments: sorted(
      model.payments.map(({ id, captured, order, refundedMinor: refunded }) => {
        return {
          id,
          status: captured ? 'captured' : 'declined',
          minor: order.totalMinor,
          refunded,
        };
      }),
      (payment) => payment.id,
    ),
    charges: sorted(
      captured.map(({ id: payment, order, refundedMinor: refunded }) => {
        return { payment, minor: order.totalMinor, refunded };
      }),
      (charge) => charge.payment,
    ),
    stock: Object.fromEntries(model.stock),
  };
}

async function columnsOf(db: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await db.query<{ column_name: string }>(
    'SELECT column_name FROM information_schema.columns WHERE table_name = $1',
    [table],
  );
  return rows.map((row) => row.column_name);
}

/** An order's address as text, whichever of the two shapes the schema has. */
async function addressSql(db: pg.Pool): Promise<string> {
  const names = await columnsOf(db, 'orders');
  const parts = `CASE WHEN ship_street = '' THEN ''
    ELSE concat_ws(', ', ship_street, ship_postcode, ship_city, ship_country) END`;
  if (!names.includes('ship_street')) return 'shipping_address';
  if (!names.includes('shipping_address')) return parts;
  return `CASE WHEN ship_street IS NULL THEN shipping_address ELSE ${parts} END`;
}

/** Column of a table's amount in minor units, whichever of the two shapes the schema has. */
async function minorSql(db: pg.Pool, table: string, oldColumn: string): Promise<string> {
  const names = await columnsOf(db, table);
  const fromOld = `(${oldColumn} * 100)::bigint`;
  if (!names.includes(`${oldColumn}_minor`)) return fromOld;
  return names.includes(oldColumn)
    ? `coalesce(${oldColumn}_minor, ${fromOld})`
    : `${oldColumn}_minor`;
}

/** What the database and the gateway say. */
export async function booksOf(
  db: pg.Pool,
  gateway: World['gateway'],
  customer: string,
): Promise<Books> {
  const orders = await db.query<OrderInBooks & Record<string, unknown>>(
    `SELECT id, status, ${await minorSql(db, 'orders', 'total')} AS minor,
       ${await addressSql(db)} AS address
     FROM orders WHERE customer_id = $1 ORDER BY id`,
    [customer],
  );
  const payments = await db.query<{ id: string; status: string; minor: number; refunded: number }>(
    `SELECT id, status, ${await minorSql(db, 'payments', 'amount')} AS minor,
       (SELECT coalesce(sum(amount_minor), 0)::bigint FROM refunds
        WHERE payment_id = payments.id AND refunds.status = 'succeeded') AS refunded
     FROM payments WHERE customer_id = $1 ORDER BY id`,
    [customer],
  );
  const stock = await db.query<{ sku: string; stock: number }>('SELECT sku, stock FROM products');
  const known = ['pen', 'screw', 'mug', 'free', 'scarce'];
  return {
    orders: orders.rows,
    payments: payments.rows,
    charges: await chargesOf(
      gateway,
      orders.rows.map((order) => order.id),
    ),
    stock: Object.fromEntries(
      stock.rows.filter((row) => known.includes(row.sku)).map((row) => [row.sku, row.stock]),
    ),
  };
}

async function chargesOf(gateway: World['gateway'], orderIds: readonly string[]) {
  const charges = (await chargesFor(gateway, orderIds)).filter((c) => c.status === 'captured');
  const refunds = await refundsFor(gateway);
  const rows = charges.map(({ id, key: payment, amountMinor: minor }) => {
    const given = refunds.filter((refund) => refund.chargeId === id);
    return { payment, minor, refunded: sum(given.map((refund) => refund.amountMinor)) };
  });
  return sorted(rows, (row) => row.payment);
}
