import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../gateway-sandbox/server.ts';
import { compareLedgers } from '../src/ledger/compare.ts';
import { takeSnapshot } from '../src/ledger/snapshot.ts';
import { orderId } from '../src/load/seeded-orders.ts';
import { schemaRunner } from '../src/world/schema-commands.ts';
import { seedShop } from '../src/world/seed.ts';

let server: EmbeddedPostgres;
let folder: string;

beforeAll(async () => {
  server = await startPostgres({ durable: false });
  folder = await mkdtemp(join(tmpdir(), 'scaleretail-ledger-test-'));
  const admin = new pg.Client(server.url());
  await admin.connect();
  await admin.query('CREATE DATABASE seeded');
  await admin.end();
  const schema = schemaRunner(server.url('seeded'), new AbortController().signal);
  await schema(['install', '--release', '1.0']);
  const db = new pg.Client(server.url('seeded'));
  await db.connect();
  await seedShop(db, { count: 40, customers: 7 });
  await takeSnapshot(db);
  await db.end();
  await schema(['expand', '--release', '2.0']);
  await schema(['backfill']);
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** A shop in which one order was taken and paid since the snapshot, and everything adds up. */
interface Books {
  readonly db: pg.Client;
  readonly gateway: Gateway;
  readonly toldFile: string;
  readonly order: string;
  readonly payment: string;
}

let books: Books;

beforeEach(async () => {
  const name = `books_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client(server.url());
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} TEMPLATE seeded`);
  await admin.end();
  const db = new pg.Client(server.url(name));
  await db.connect();
  const gateway = await startGateway({ latencyMs: 0 });
  const toldFile = join(folder, `${name}.ndjson`);
  books = { db, gateway, toldFile, order: randomUUID(), payment: randomUUID() };
  await trade(books);
});

afterEach(async () => {
  await books.db.end();
  await books.gateway.close();
});

const address = '1 High Street, E1, London, GB';
const money = { minor: 600, currency: 'USD' };

async function trade({ db, gateway, toldFile, order, payment }: Books): Promise<void> {
  await db.query(
    `INSERT INTO orders (id, customer_id, status, total, total_minor, currency, shipping_address)
     VALUES ($1, 'customer-00001', 'paid', 6, 600, 'USD', $2)`,
    [order, address],
  );
  await db.query(
    `INSERT INTO order_items (order_id, line, sku, quantity, unit_price, unit_price_minor, currency)
     VALUES ($1, 1, 'sku-0003', 2, 3, 300, 'USD')`,
    [order],
  );
  await db.query(`UPDATE products SET stock = stock - 2 WHERE sku = 'sku-0003'`);
  await db.query(
    `INSERT INTO payments
       (id, order_id, customer_id, status, amount, amount_minor, currency, card_token)
     VALUES ($1, $2, 'customer-00001', 'captured', 6, 600, 'USD', 'tok_visa')`,
    [payment, order],
  );
  await charge(gateway, payment, order, 600);
  const told = [
    { kind: 'order', id: order, customer: 'customer-00001', ...money, address, at: 1 },
    { kind: 'payment', id: payment, orderId: order, ...money, at: 2 },
  ];
  await writeFile(toldFile, told.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

async function charge(gateway: Gateway, key: string, reference: string, amountMinor: number) {
  const answer = await fetch(`${gateway.url}/v1/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ reference, amountMinor, currency: 'USD', token: 'tok_visa' }),
  });
  expect(answer.status).toBe(201);
}

function compare() {
  return compareLedgers(books.db, {
    toldFile: books.toldFile,
    charges: { url: books.gateway.url, after: 0 },
  });
}

it('finds nothing where everything adds up', async () => {
  const report = await compare();
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ordersTold: 1, paymentsTold: 1, captures: 1, rowsBefore: 124 });
});

/** Damage done behind the service's back, and the row that must be named for it. */
const damages: {
  readonly what: string;
  readonly sql?: string;
  readonly act?: () => Promise<void>;
  readonly found: () => { kind: string; table: string; row: string };
}[] = [
  {
    what: 'an acknowledged order deleted',
    sql: `DELETE FROM payments WHERE order_id = $1; DELETE FROM order_items WHERE order_id = $1;
      DELETE FROM orders WHERE id = $1`,
    found: () => ({ kind: 'lost', table: 'orders', row: books.order }),
  },
  {
    what: 'an acknowledged payment that is not captured',
    sql: `UPDATE payments SET status = 'pending' WHERE order_id = $1`,
    found: () => ({ kind: 'lost', table: 'payments', row: books.payment }),
  },
  {
    what: 'an order that was paid and is not',
    sql: `UPDATE orders SET status = 'placed' WHERE id = $1`,
    found: () => ({ kind: 'lost', table: 'orders', row: books.order }),
  },
  {
    what: 'an order of before the run deleted',
    sql: `DELETE FROM payments WHERE order_id = '${orderId(7)}';
      DELETE FROM order_items WHERE order_id = '${orderId(7)}';
      DELETE FROM orders WHERE id = '${orderId(7)}'`,
    found: () => ({ kind: 'lost', table: 'orders', row: orderId(7) }),
  },
  {
    what: 'a second capture in the gateway’s ledger',
    act: () => charge(books.gateway, 'another-key', books.order, 600),
    found: () => ({ kind: 'double', table: 'charges', row: books.order }),
  },
  {
    what: 'one row’s new column altered by 1',
    sql: `UPDATE orders SET total_minor = total_minor + 1 WHERE id = '${orderId(9)}'`,
    found: () => ({ kind: 'mismatched', table: 'orders', row: orderId(9) }),
  },
  {
    what: 'the new column of an item altered by 1',
    sql: `UPDATE order_items SET unit_price_minor = unit_price_minor + 1
      WHERE order_id = '${orderId(8)}' AND line = 2`,
    found: () => ({ kind: 'mismatched', table: 'order_items', row: `${orderId(8)} line 2` }),
  },
  {
    what: 'an amount other than the one that was told, in both shapes',
    sql: `UPDATE orders SET total = 7, total_minor = 700 WHERE id = $1`,
    found: () => ({ kind: 'mismatched', table: 'orders', row: books.order }),
  },
  {
    what: 'an address other than the one that was told',
    sql: `UPDATE orders SET shipping_address = 'Elsewhere' WHERE id = $1`,
    found: () => ({ kind: 'mismatched', table: 'orders', row: books.order }),
  },
  {
    what: 'an address other than before the run',
    sql: `UPDATE orders SET shipping_address = '' WHERE id = '${orderId(9)}'`,
    found: () => ({ kind: 'mismatched', table: 'orders', row: orderId(9) }),
  },
  {
    what: 'an amount other than the one that was charged',
    act: async () => {
      const key = randomUUID();
      const order = orderId(4);
      await books.db.query(
        `INSERT INTO payments (id, order_id, customer_id, status, amount, amount_minor, currency,
           card_token) VALUES ($1, $2, 'x', 'captured', 5, 500, 'USD', 't')`,
        [key, order],
      );
      await charge(books.gateway, key, order, 501);
    },
    found: () => ({ kind: 'mismatched', table: 'payments', row: expect.any(String) }),
  },
  {
    what: 'a captured payment without a charge',
    sql: `INSERT INTO payments (id, order_id, customer_id, status, amount, amount_minor, currency,
        card_token) VALUES ('00000000-0000-7000-8000-00000000dead', '${orderId(4)}', 'x',
        'captured', 5, 500, 'USD', 't')`,
    found: () => ({
      kind: 'uncharged',
      table: 'payments',
      row: '00000000-0000-7000-8000-00000000dead',
    }),
  },
  {
    what: 'a charge without a payment',
    act: () => charge(books.gateway, 'nobody', orderId(4), 1),
    found: () => ({ kind: 'unrecorded', table: 'charges', row: expect.any(String) }),
  },
  {
    what: 'stock that nobody bought',
    sql: `UPDATE products SET stock = stock - 1 WHERE sku = 'sku-0011'`,
    found: () => ({ kind: 'stock', table: 'products', row: 'sku-0011' }),
  },
];

describe('the proof can fail', () => {
  it.each(damages)('$what: named', async ({ sql, act, found }) => {
    for (const statement of sql?.split(';') ?? []) {
      const values = statement.includes('$1') ? [books.order] : [];
      await books.db.query(statement, values);
    }
    await act?.();
    const report = await compare();
    const expected = found();
    expect(report.findings).toContainEqual(expect.objectContaining(expected));
    expect(Object.entries(report.counts)).toContainEqual([
      expected.kind,
      expect.toSatisfy((count: number) => count > 0),
    ]);
  });
});
