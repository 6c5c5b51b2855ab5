import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogin } from '@scaleretail/embedded/login';
import { startPostgres } from '@scaleretail/embedded/postgres';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { releaseNames } from '../../src/releases.ts';
import { serviceRole } from '../../src/schema-change/brownout.ts';
import { installSchema } from './install-schema.ts';
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

/** The server that all files share. */
interface Server {
  readonly url: (database?: string) => string;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** One PostgreSQL for the run, with a template a release's schema; each file clones what it needs. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { TEST_POSTGRES_URL: given = '' } = process.env;
  const server = given === '' ? await startPostgres({ durable: false }) : await thatOf(given);
  for (const release of releaseNames) {
    const create = `CREATE DATABASE ${templateName(release)}`;
    await asAdmin(server.url(), (admin) => admin.query(create));
    await installSchema(server.url(templateName(release)), release);
  }
  const serviceUrl = await asAdmin(server.url(), (admin) =>
    createLogin(admin, server.url(), serviceRole),
  );
  project.provide('postgresUrl', server.url());
  project.provide('serviceUrl', serviceUrl);
  project.provide('scratchFolder', server.folder);
  return () => server.stop();
}

/** A server that is there already, of another version for one; what the tests make in it stays. */
async function thatOf(address: string): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'scaleretail-test-'));
  return {
    url(database = 'postgres') {
      const url = new URL(address);
      url.pathname = `/${database}`;
      return url.href;
    },
    folder,
    stop: () => rm(folder, { recursive: true }),
  };
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
