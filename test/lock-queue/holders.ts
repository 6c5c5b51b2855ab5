import pg from 'pg';
import type { SchemaState } from '../../src/releases.ts';

/** A transaction that somebody has left open, with its lock on a table of the change. */
export interface OpenTransaction {
  end(): Promise<void>;
}

export const openKinds = ['read', 'insert'] as const;
export type OpenKind = (typeof openKinds)[number];

const order = `'0199ffff-0000-7000-8000-000000000000', 'alice', 'placed'`;
const oldInsert = `INSERT INTO orders (id, customer_id, status, total) VALUES (${order}, 1)`;
const newInsert = `INSERT INTO orders (id, customer_id, status, total_minor, currency)
  VALUES (${order}, 100, 'USD')`;

/** What somebody works on who leaves a transaction open. */
export interface LeftOpen {
  readonly state: SchemaState;
  /** The table that is read. */
  readonly table: string;
}

/** `insert` holds ROW EXCLUSIVE on `orders`; `read` ACCESS SHARE on its table. */
const statements: Readonly<Record<OpenKind, (on: LeftOpen) => string>> = {
  read: ({ table }) => `SELECT FROM ${table} LIMIT 1`,
  insert: ({ state }) => (state === 'baseline' || state === 'expanded' ? oldInsert : newInsert),
};

/** Opens it, on a connection of its own. It is rolled back at its end: its rows are no matter here. */
export async function leaveOpen(
  databaseUrl: string,
  kind: OpenKind,
  on: LeftOpen,
): Promise<OpenTransaction> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'left open' });
  await client.connect();
  await client.query(`BEGIN; ${statements[kind](on)}`);
  return {
    async end() {
      await client.query('ROLLBACK');
      await client.end();
    },
  };
}
