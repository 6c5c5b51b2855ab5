import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Phases } from '../src/changes/changes.ts';
import { findOrder } from '../src/orders/store.ts';
import { findPayment, insertPayment } from '../src/payments/store.ts';
import type { SchemaState } from '../src/releases.ts';
import { phases, phasesAllowedOn } from '../src/schema-change/phases/phases.ts';
import { cloneDatabase, type TestDatabase } from './support/database.ts';
import { storeOrder } from './support/orders.ts';
import { phasesIn } from './support/phases.ts';

const schemas: readonly SchemaState[] = ['expanded', 'relaxed'];

/** Two phases that replicas may be in on the same rows, on a schema that allows both. */
const pairs = schemas.flatMap((schema) =>
  phases.flatMap((writer) =>
    [writer.name, ...writer.safeBeside]
      .filter((reader) => [writer.name, reader].every((p) => phasesAllowedOn[schema].includes(p)))
      .map((reader) => ({ schema, writer: writer.name, reader })),
  ),
);

/** 0.00, 0.01, 19.99, what 1.005 is rounded to, and the most that NUMERIC(12,2) holds. */
const amounts = [0, 1, 1999, 101, 999_999_999_999];

async function writeAndRead(db: TestDatabase, writer: Phases, reader: Phases, minor: number) {
  const id = randomUUID();
  const amount = { minor, currency: 'USD' };
  const items = [{ sku: 'pen', quantity: 1, unit: amount }];
  await storeOrder(db.pool, writer, { id, customerId: 'alice', total: amount, items });
  const payment = { id: randomUUID(), orderId: id, customerId: 'alice', amount, cardToken: 't' };
  await insertPayment(db.pool, writer, payment, 0);
  return {
    order: await findOrder(db.pool, reader, id, 'alice'),
    payment: await findPayment(db.pool, reader, payment.id, 'alice'),
  };
}

describe.each(schemas)('on schema %s', (schema) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(schema);
  });
  afterAll(() => database.drop());

  it.each(pairs.filter((pair) => pair.schema === schema))(
    '$reader reads what $writer writes',
    async ({ writer, reader }) => {
      for (const minor of amounts) {
        const money = { minor, currency: 'USD' };
        const read = await writeAndRead(database, phasesIn(writer), phasesIn(reader), minor);
        expect(read.order?.total).toEqual(money);
        expect(read.order?.items).toEqual([{ sku: 'pen', quantity: 1, unit: money }]);
        expect(read.payment?.amount).toEqual(money);
      }
    },
  );
});

it('covers every pair of neighbours', () => {
  const covered = new Set(pairs.map(({ writer, reader }) => `${writer} ${reader}`));
  for (const [index, phase] of phases.entries()) {
    const next = phases[index + 1];
    if (next === undefined) continue;
    expect(covered).toContain(`${phase.name} ${next.name}`);
    if (phase.name !== 'dual-read-new') expect(covered).toContain(`${next.name} ${phase.name}`);
  }
  expect(covered).toContain('new dual-read-new');
});

describe('the proof can fail', () => {
  it('sees that "new" cannot read what "old" writes', async () => {
    const database = await cloneDatabase('expanded');
    try {
      const read = await writeAndRead(database, phasesIn('old'), phasesIn('new'), 1999);
      expect(read.order?.total).not.toEqual({ minor: 1999, currency: 'USD' });
    } finally {
      await database.drop();
    }
  });

  it('refuses a writer of the old shape alone once the schema is relaxed', async () => {
    const database = await cloneDatabase('relaxed');
    try {
      await expect(
        writeAndRead(database, phasesIn('old'), phasesIn('dual-read-new'), 1999),
      ).rejects.toMatchObject({ code: '23514' });
    } finally {
      await database.drop();
    }
  });

  it('refuses another currency in the old shape', async () => {
    const database = await cloneDatabase('expanded');
    try {
      const total = { minor: 1500, currency: 'JPY' };
      const order = { id: randomUUID(), customerId: 'alice', total, items: [] };
      await expect(
        storeOrder(database.pool, phasesIn('dual-read-old'), order),
      ).rejects.toMatchObject({ code: '23502' });
    } finally {
      await database.drop();
    }
  });
});
