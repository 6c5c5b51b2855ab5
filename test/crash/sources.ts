import type pg from 'pg';

export interface StoredOrder {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  /** The total in minor units, in each shape that it is stored in. */
  readonly amounts: readonly number[];
  readonly items: readonly StoredItem[];
}

export interface StoredItem {
  readonly sku: string;
  readonly quantity: number;
  readonly amounts: readonly number[];
}

export interface StoredPayment {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly amounts: readonly number[];
  readonly chargeId: string | null;
}

export interface StoredRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly status: string;
  readonly minor: number;
  readonly gatewayRefundId: string | null;
}

/** What the database holds. */
export interface Stored {
  readonly orders: readonly StoredOrder[];
  readonly payments: readonly StoredPayment[];
  readonly refunds: readonly StoredRefund[];
  /** The order that each finished key of a new order stands for. */
  readonly orderKeys: readonly { readonly key: string; readonly orderId: string }[];
  readonly stock: readonly { readonly sku: string; readonly stock: number }[];
}

export interface Charge {
  readonly id: string;
  /** The payment. */
  readonly key: string;
  /** The order. */
  readonly reference: string;
  readonly amountMinor: number;
  readonly status: string;
}

export interface GatewayRefund {
  readonly id: string;
  /** The refund. */
  readonly key: string;
  readonly chargeId: string;
  readonly amountMinor: number;
}

/** What the gateway has in its own book. */
export interface Booked {
  readonly charges: readonly Charge[];
  readonly refunds: readonly GatewayRefund[];
}

// A row as JSON has whichever of the two columns the schema has in its present state.
const amountsOf = (row: string, before: string, after: string): string => `
  array_remove(ARRAY[
    (to_jsonb(${row}) ->> '${before}')::numeric * 100, (to_jsonb(${row}) ->> '${after}')::numeric
  ], NULL)::float8[]`;

const ordersSql = `
  SELECT o.id, o.customer_id AS "customerId", o.status,
    ${amountsOf('o', 'total', 'total_minor')} AS amounts,
    (SELECT json_agg(json_build_object('sku', i.sku, 'quantity', i.quantity,
        'amounts', ${amountsOf('i', 'unit_price', 'unit_price_minor')}) ORDER BY i.line)
     FROM order_items i WHERE i.order_id = o.id) AS items
  FROM orders o`;

const paymentsSql = `
  SELECT p.id, p.order_id AS "orderId", p.status, p.gateway_charge_id AS "chargeId",
    ${amountsOf('p', 'amount', 'amount_minor')} AS amounts
  FROM payments p`;

const refundsSql = `
  SELECT id, payment_id AS "paymentId", status, amount_minor::float8 AS minor,
    gateway_refund_id AS "gatewayRefundId"
  FROM refunds`;

const orderKeysSql = `
  SELECT key, response_body::json ->> 'id' AS "orderId" FROM idempotency_keys
  WHERE response_status = 201 AND response_body::jsonb ? 'items'`;

/** Reads everything, with the owner's rights, in one snapshot. */
export async function readStored(db: pg.Client): Promise<Stored> {
  await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const orders = await db.query<StoredOrder>(ordersSql);
  const payments = await db.query<StoredPayment>(paymentsSql);
  const refunds = await db.query<StoredRefund>(refundsSql);
  const orderKeys = await db.query<{ key: string; orderId: string }>(orderKeysSql);
  const stock = await db.query<{ sku: string; stock: number }>('SELECT sku, stock FROM products');
  await db.query('COMMIT');
  return {
    orders: orders.rows.map((order) => ({ ...order, items: order.items ?? [] })),
    payments: payments.rows,
    refunds: refunds.rows,
    orderKeys: orderKeys.rows,
    stock: stock.rows,
  };
}

/** Payments and refunds whose outcome nobody has written down yet. */
export async function countPending(db: pg.Client): Promise<number> {
  const { rows } = await db.query<{ pending: number }>(
    `SELECT (SELECT count(*) FROM payments WHERE status = 'pending')::int
       + (SELECT count(*) FROM refunds WHERE status = 'pending')::int AS pending`,
  );
  return rows[0]?.pending ?? 0;
}

/** Reads the gateway's book to its end. */
export async function readBooked(gatewayUrl: string): Promise<Booked> {
  const charges = await readPages<Charge>(gatewayUrl, 'charges');
  const refunds = await readPages<GatewayRefund>(gatewayUrl, 'refunds');
  return { charges, refunds };
}

async function readPages<T>(gatewayUrl: string, what: 'charges' | 'refunds'): Promise<T[]> {
  const entries: T[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const answer = await fetch(`${gatewayUrl}/v1/${what}?limit=1000&after=${after}`);
    if (!answer.ok) throw new Error(`the gateway's ${what} answered ${answer.status}`);
    const page = (await answer.json()) as Record<string, T[]> & { next: number | null };
    entries.push(...(page[what] ?? []));
    after = page.next;
  }
  return entries;
}
