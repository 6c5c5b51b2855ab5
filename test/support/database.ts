import { randomUUID } from 'node:crypto';
import { closeDatabase } from '@scaleretail/embedded/login';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { createPool } from '../../src/platform/postgres/postgres.ts';
import { type SchemaPoint, templateName } from './template.ts';

export interface TestDatabase {
  /** With the owner's rights. */
  readonly url: string;
  /** For the login of the services. */
  readonly serviceUrl: string;
  /** With the owner's rights. */
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

async function asAdmin(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** A database's address for the login of the services, where it is the owner's that is given. */
export function serviceUrlOf(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const { username, password } = new URL(inject('postgresUrl'));
  if (url.username !== username || url.password !== password) return databaseUrl;
  const service = new URL(inject('serviceUrl'));
  url.username = service.username;
  url.password = service.password;
  return url.href;
}

/** A database of its own: a clone of a point of the schema, or an empty one. The caller drops it. */
export async function cloneDatabase(point: SchemaPoint | 'empty'): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = point === 'empty' ? 'template0' : templateName(point);
  await asAdmin(async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    await closeDatabase(client, name); // a clone does not have the rights on its template
  });
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  const pool = createPool({
    databaseUrl: url.href,
    applicationName: 'test',
    size: 5,
    statementTimeoutMs: 0,
  });
  return {
    url: url.href,
    serviceUrl: serviceUrlOf(url.href),
    pool,
    async drop() {
      await pool.end();
      await asAdmin((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** As `cloneDatabase`, dropped when the test that asks for it ends. */
export async function databaseFor(point: SchemaPoint | 'empty'): Promise<TestDatabase> {
  const database = await cloneDatabase(point);
  onTestFinished(() => database.drop());
  return database;
}
