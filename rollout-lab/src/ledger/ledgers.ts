import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Db } from '../world/db.ts';

interface Told {
  readonly kind: 'order' | 'payment';
  readonly id: string;
  readonly orderId?: string;
  readonly minor: number;
  readonly currency: string;
  readonly address?: string;
}

interface Charge {
  readonly seq: number;
  readonly id: string;
  readonly key: string;
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: string;
}

/** The gateway's own ledger. */
export interface ChargeLedger {
  /** Of the gateway. */
  readonly url: string;
  /** Sequence of the last entry that was there before: only later ones count. */
  readonly after: number;
}

const batchSize = 1_000;

/** Puts what clients were told beside the tables. */
export async function loadTold(db: Db, file: string): Promise<void> {
  await db.query(`
    DROP TABLE IF EXISTS lab.told_orders, lab.told_payments;
    CREATE TABLE lab.told_orders
      (id text PRIMARY KEY, minor bigint, currency text, address text);
    CREATE TABLE lab.told_payments
      (id text PRIMARY KEY, order_id text, minor bigint, currency text)`);
  for await (const batch of batches(linesOf(file))) {
    await insertOrders(
      db,
      batch.filter((told) => told.kind === 'order'),
    );
    await insertPayments(
      db,
      batch.filter((told) => told.kind === 'payment'),
    );
  }
}

async function insertOrders(db: Db, told: readonly Told[]): Promise<void> {
  await db.query(
    `INSERT INTO lab.told_orders
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
    [
      told.map((t) => t.id),
      told.map((t) => t.minor),
      told.map((t) => t.currency),
      told.map((t) => t.address ?? ''),
    ],
  );
}

async function insertPayments(db: Db, told: readonly Told[]): Promise<void> {
  await db.query(
    `INSERT INTO lab.told_payments
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) ON CONFLICT DO NOTHING`,
    [
      told.map((t) => t.id),
      told.map((t) => t.orderId ?? null),
      told.map((t) => t.minor),
      told.map((t) => t.currency),
    ],
  );
}

/** Puts the gateway's own ledger beside the tables, page by page. */
export async function loadCharges(db: Db, ledger: ChargeLedger): Promise<void> {
  await db.query(`
    DROP TABLE IF EXISTS lab.charges;
    CREATE TABLE lab.charges (id text PRIMARY KEY, key text, reference text, amount_minor bigint,
      currency text, status text)`);
  for await (const charges of chargePages(ledger)) {
    await db.query(
      `INSERT INTO lab.charges
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])`,
      [
        charges.map((c) => c.id),
        charges.map((c) => c.key),
        charges.map((c) => c.reference),
        charges.map((c) => c.amountMinor),
        charges.map((c) => c.currency),
        charges.map((c) => c.status),
      ],
    );
  }
}

/** Where the ledger ends now. */
export async function endOfCharges(url: string): Promise<ChargeLedger> {
  let after = 0;
  for await (const charges of chargePages({ url, after })) after = charges.at(-1)?.seq ?? after;
  return { url, after };
}

async function* chargePages({ url, after: before }: ChargeLedger): AsyncGenerator<Charge[]> {
  for (let after = before; ; ) {
    const answer = await fetch(`${url}/v1/charges?after=${after}&limit=${batchSize}`);
    if (!answer.ok) throw new Error(`the gateway's ledger answered ${answer.status}`);
    const page = (await answer.json()) as { charges: Charge[] };
    const last = page.charges.at(-1);
    if (last === undefined) return;
    yield page.charges;
    after = last.seq;
  }
}

async function* linesOf(file: string): AsyncGenerator<Told> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line !== '') yield JSON.parse(line) as Told;
  }
}

async function* batches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
