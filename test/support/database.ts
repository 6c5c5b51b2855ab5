import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { createPool } from '../../src/platform/postgres.ts';
import type { SchemaState } from '../../src/releases.ts';
import { templateName } from './template.ts';

export interface TestDatabase {
  readonly url: string;
  /** With the owner's rights. */
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A database of its own: a clone of a schema state, or an empty one. The caller drops it. */
export async function cloneDatabase(state: SchemaState | 'empty'): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = state === 'empty' ? 'template0' : templateName(state);
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template}`);
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
    pool,
    async drop() {
      await pool.end();
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** As `cloneDatabase`, dropped when the test that asks for it ends. */
export async function databaseFor(state: SchemaState | 'empty'): Promise<TestDatabase> {
  const database = await cloneDatabase(state);
  onTestFinished(() => database.drop());
  return database;
}
