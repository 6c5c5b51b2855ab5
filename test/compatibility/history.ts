import { randomUUID } from 'node:crypto';
import { closeDatabase } from '@scaleretail/embedded/login';
import pg from 'pg';
import { inject } from 'vitest';
import { changes } from '../../src/changes/changes.ts';
import { type ReleaseName, releaseNames, releaseOf, type SchemaState } from '../../src/releases.ts';
import { releasesOf } from '../../src/schema-change/change-releases.ts';
import { migrate } from '../../src/schema-change/migrate.ts';
import { oldAddress, oldOrder } from '../api/api-tests.ts';
import { products } from '../support/install-schema.ts';
import { schema } from '../support/schema-command.ts';

/** A point in the schema's history, kept as a database to be cloned. */
export interface Point {
  /** The change that is or was last under way, and its state. */
  readonly change: string;
  readonly state: SchemaState;
  readonly database: string;
}

type Walk = (work: (at: Omit<Point, 'database'>) => Promise<void>) => Promise<void>;

/** As the first release writes it. */
const oldOrderSql = `
  INSERT INTO orders (id, customer_id, status, total, shipping_address)
  VALUES ('${oldOrder}', 'alice', 'placed', 39.98, '${oldAddress}');
  INSERT INTO order_items (order_id, line, sku, quantity, unit_price)
  VALUES ('${oldOrder}', 1, 'mug', 2, 19.99)`;

/**
 * Takes one database with an order of the first release through the whole history, and keeps a copy
 * of it at each point: after each expand before anything is backfilled, after each relaxing, after
 * each contraction. Without the gates: nobody uses it.
 */
export async function walkHistory(): Promise<Point[]> {
  const walked = databaseName('walked');
  const url = urlOf(walked);
  const points: Point[] = [];
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${walked} TEMPLATE template0`));
  const walk = walkAlong(url);
  await walk(async (at) => {
    const database = databaseName(`${at.change}_${at.state}`.replaceAll('-', '_'));
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${database} TEMPLATE ${walked}`));
    points.push({ ...at, database });
  });
  await dropDatabase(walked);
  return points;
}

function walkAlong(url: string): Walk {
  return async (keep) => {
    const [first] = changes;
    await apply(url, 'install', releaseNames[0]);
    await run(url, `${products}; ${oldOrderSql}`);
    await keep({ change: first.name, state: 'baseline' });
    for (const { name } of changes) {
      const { expand, relax, contract } = releasesOf(name);
      await apply(url, 'expand', expand.name);
      await keep({ change: name, state: 'expanded' });
      await command(url, 'backfill', '--change', name);
      await apply(url, 'expand', relax.name);
      await keep({ change: name, state: 'relaxed' });
      await apply(url, 'contract', contract.name);
      await keep({ change: name, state: 'contracted' });
    }
  };
}

async function apply(url: string, step: 'install' | 'expand' | 'contract', release: ReleaseName) {
  const options = { databaseUrl: url, step, release: releaseOf(release).name };
  await migrate({ ...options, patienceMs: 10_000, say: () => {} });
}

async function command(url: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await schema(url, ...args);
  if (code !== 0) throw new Error(`schema ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** A clone of a point, which the caller drops. */
export async function cloneOf(point: Point): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = databaseName('cell');
  await asAdmin(async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${point.database}`);
    await closeDatabase(admin, name); // a clone does not have the rights on its template
  });
  return { url: urlOf(name), drop: () => dropDatabase(name) };
}

export function dropDatabase(name: string): Promise<void> {
  return asAdmin(async (admin) => {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });
}

function databaseName(what: string): string {
  return `compat_${what}_${randomUUID().replaceAll('-', '')}`.slice(0, 63);
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.href;
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql);
  await client.end();
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
