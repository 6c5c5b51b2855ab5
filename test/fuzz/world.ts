import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFlagServer } from '@scaleretail/embedded/flag-server';
import { createLogin } from '@scaleretail/embedded/login';
import { startPostgres } from '@scaleretail/embedded/postgres';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { startGateway } from '../../gateway-sandbox/server.ts';
import { flagNames } from '../../src/changes/changes.ts';
import type { ReleaseName } from '../../src/releases.ts';
import { serviceRole } from '../../src/schema-change/brownout.ts';
import { migrate } from '../../src/schema-change/migrate.ts';
import { startTarget, type Target } from './target.ts';

/** More of it than a run can order, one that is soon gone, and one whose total is soon too large. */
const products = `
INSERT INTO products (sku, name, stock) VALUES
  ('mug', 'Mug', 1000000000), ('pen', 'Pen', 1000000000), ('cup', 'Cup', 1000000000),
  ('pot', 'Pot', 1000000000), ('rare', 'Rare', 3), ('yacht', 'Yacht', 1000000000);
INSERT INTO product_prices (sku, currency, price) VALUES
  ('mug', 'USD', 19.99), ('pen', 'USD', 0.995), ('cup', 'USD', 4.5),
  ('pot', 'USD', 7), ('rare', 'USD', 5), ('yacht', 'USD', 99999999.99), ('mug', 'JPY', 3000)`;

/** Two, so that it can be tried whether one can see what is the other's. */
const customers = ['alice', 'bob'];

/** All that the replicas talk to: real servers, on this machine. */
export interface World {
  /** For files of this run; goes with the database. */
  readonly folder: string;
  /** The customers and their tokens, in the form that schemathesis reads. */
  readonly authFile: string;
  /** A replica of a release in a process of its own, on a database with the schema of that release. */
  start(release: ReleaseName, more?: Readonly<Record<string, string>>): Promise<Target>;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const postgres = await startPostgres({ durable: false });
  const { folder } = postgres;
  // A release in the middle of a change then writes and compares both shapes and reads the new one.
  const flags = await startFlagServer({
    flags: flagNames.map((name) => ({ name, enabled: true, rollout: 100 })),
  });
  const gateway = await startGateway({ latencyMs: 0 });
  const keys = await createKeys(folder);
  const shared = {
    PORT: '0',
    UNLEASH_URL: flags.url,
    UNLEASH_TOKEN: flags.token,
    GATEWAY_URL: gateway.url,
    JWT_JWKS_FILE: keys.jwksFile,
    FLAGS_POLL_MS: '1000',
    SHUTDOWN_DELAY_MS: '0',
    // The fuzz is meant to be one customer who asks a lot.
    RATE_LIMIT_MAX: '0',
  };
  return {
    folder,
    authFile: keys.authFile,
    async start(release, more = {}) {
      const database = `fuzz_${release.replace('.', '_')}`;
      await withClient(postgres.url(), (admin) => admin.query(`CREATE DATABASE ${database}`));
      const databaseUrl = postgres.url(database);
      await migrate({ databaseUrl, step: 'install', release, patienceMs: 10_000, say: () => {} });
      const serviceUrl = await withClient(databaseUrl, async (owner) => {
        await owner.query(products);
        return createLogin(owner, databaseUrl, serviceRole);
      });
      return startTarget(
        { ...shared, RELEASE: release, DATABASE_URL: serviceUrl, ...more },
        release,
      );
    },
    async close() {
      await Promise.all([flags.close(), gateway.close()]);
      await postgres.stop();
    },
  };
}

async function createKeys(folder: string): Promise<{ jwksFile: string; authFile: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const [jwksFile, authFile] = [join(folder, 'jwks.json'), join(folder, 'auth.json')];
  const jwk = { ...(await exportJWK(publicKey)), kid: 'fuzz', alg: 'ES256' };
  await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }));
  const sign = (customer: string) =>
    new SignJWT({ scope: 'orders:read orders:write payments:write' })
      .setProtectedHeader({ alg: 'ES256', kid: 'fuzz' })
      .setSubject(customer)
      .setIssuer('https://id.scaleretail.example')
      .setAudience('scaleretail')
      .setExpirationTime('4h')
      .sign(privateKey);
  const auth = customers.map(async (name) => ({
    name,
    fixedHeaders: [{ name: 'Authorization', value: `Bearer ${await sign(name)}` }],
  }));
  await writeFile(authFile, JSON.stringify({ auth: await Promise.all(auth) }));
  return { jwksFile, authFile };
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
