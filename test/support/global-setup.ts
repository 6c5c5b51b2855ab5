import { createLogin } from '@scaleretail/embedded/login';
import { startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type ReleaseName, type SchemaState, schemaStates } from '../../src/releases.ts';
import { serviceRole } from '../../src/schema-change/brownout.ts';
import { migrate } from '../../src/schema-change/migrate.ts';
import { templateName } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser address of the server that all test files share. */
    postgresUrl: string;
    /** The same server for the login that the services use. */
    serviceUrl: string;
    /** For files of the tests; goes with the server, however the run ends. */
    scratchFolder: string;
  }
}

/** The release whose installation leaves the schema in a state. */
const releaseFor: Readonly<Record<SchemaState, ReleaseName>> = {
  baseline: '1.0',
  expanded: '2.0',
  relaxed: '3.0',
  contracted: '4.0',
};

const products = `
INSERT INTO products (sku, name, stock) VALUES
  ('mug', 'Mug', 1000000), ('pen', 'Pen', 1000000), ('free', 'Sample', 1000000),
  ('screw', 'Screw', 1000000), ('yacht', 'Yacht', 1000000), ('rare', 'Rare', 3), ('yen-only', 'Y', 9);
INSERT INTO product_prices (sku, currency, price) VALUES
  ('mug', 'USD', 19.99), ('pen', 'USD', 0.01), ('free', 'USD', 0), ('screw', 'USD', 1.005),
  ('yacht', 'USD', 9999999999.99), ('rare', 'USD', 5), ('yen-only', 'JPY', 1500),
  ('mug', 'JPY', 3000), ('mug', 'KWD', 6.125)`;

/** One PostgreSQL for the run, with a template a schema state; each file clones what it needs. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ durable: false });
  for (const state of schemaStates) {
    await createTemplate(server.url(), server.url(templateName(state)), state);
  }
  const serviceUrl = await asAdmin(server.url(), (admin) =>
    createLogin(admin, server.url(), serviceRole),
  );
  project.provide('postgresUrl', server.url());
  project.provide('serviceUrl', serviceUrl);
  project.provide('scratchFolder', server.folder);
  return () => server.stop();
}

async function createTemplate(adminUrl: string, url: string, state: SchemaState): Promise<void> {
  await asAdmin(adminUrl, (admin) => admin.query(`CREATE DATABASE ${templateName(state)}`));
  await migrate({
    databaseUrl: url,
    step: 'install',
    release: releaseFor[state],
    patienceMs: 10_000,
    say: () => {},
  });
  await asAdmin(url, (admin) => admin.query(products));
}

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
