import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFlagServer } from '@scaleretail/embedded/flag-server';
import { createLogin } from '@scaleretail/embedded/login';
import { startPostgres } from '@scaleretail/embedded/postgres';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import { Command, CommanderError, Option } from 'commander';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { startGateway } from '../gateway-sandbox/server.ts';
import { changes } from '../src/changes/changes.ts';
import { type ReleaseName, releaseNames } from '../src/releases.ts';
import { serviceRole } from '../src/schema-change/brownout.ts';
import { migrate } from '../src/schema-change/migrate.ts';

const serverScript = fileURLToPath(new URL('../src/server.ts', import.meta.url));

const products = `
INSERT INTO products (sku, name, stock) VALUES ('mug', 'Mug', 100), ('pen', 'Pen', 100);
INSERT INTO product_prices (sku, currency, price) VALUES
  ('mug', 'USD', 19.99), ('pen', 'USD', 0.995), ('mug', 'JPY', 3000)`;

/** Starts all that the service talks to, and one replica of it, until it is told to end. */
async function develop(release: ReleaseName, port: string): Promise<number> {
  const postgres = await startPostgres();
  const databaseUrl = postgres.url();
  await migrate({ databaseUrl, step: 'install', release, patienceMs: 10_000, say: () => {} });
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(products);
  const serviceUrl = await createLogin(client, databaseUrl, serviceRole);
  await client.end();
  const flags = await startFlagServer({
    flags: changes.flatMap(({ flags: { dualWrite, readNew, shadowCompare } }) => [
      { name: dualWrite, enabled: false, rollout: 100 },
      { name: readNew, enabled: false, rollout: 100 },
      { name: shadowCompare, enabled: false, rollout: 100, stickiness: 'random' },
    ]),
  });
  const gateway = await startGateway();
  const { jwksFile, token } = await createCustomer(postgres.folder);
  const env = {
    RELEASE: release,
    PORT: port,
    DATABASE_URL: serviceUrl,
    SCHEMA_DATABASE_URL: databaseUrl,
    UNLEASH_URL: flags.url,
    UNLEASH_TOKEN: flags.token,
    GATEWAY_URL: gateway.url,
    JWT_JWKS_FILE: jwksFile,
    FLAGS_POLL_MS: '1000',
    SHUTDOWN_DELAY_MS: '0',
  };
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}='${value}'`);
  console.log(`export TOKEN='${token}'`);
  console.log(`
# Paste the lines above into another terminal, then for example:
curl -s "localhost:${port}/v1/products"
curl -s "localhost:${port}/v1/orders" -H "authorization: Bearer $TOKEN" \\
  -H "idempotency-key: first" -H "content-type: application/json" \\
  -d '{"items": [{"sku": "mug", "quantity": 2}]}'
npm run schema -- status
curl -s -X PUT "${new URL('/flags/orders.dual-write', flags.url).href}" \\
  -H "authorization: $UNLEASH_TOKEN" -H "content-type: application/json" -d '{"enabled": true}'
# The API is described at http://localhost:${port}/docs. Ctrl-C ends everything.
`);
  const service = spawnNode(serverScript, { env });
  service.stdout?.pipe(process.stdout);
  service.stderr?.pipe(process.stderr);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => service.kill('SIGTERM'));
  }
  const [code] = (await once(service, 'exit')) as [number | null];
  await Promise.all([flags.close(), gateway.close()]);
  await postgres.stop();
  return code ?? 1;
}

async function createCustomer(folder: string): Promise<{ jwksFile: string; token: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwksFile = join(folder, 'jwks.json');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'dev', alg: 'ES256' };
  await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }));
  const token = await new SignJWT({ scope: 'orders:read orders:write payments:write' })
    .setProtectedHeader({ alg: 'ES256', kid: 'dev' })
    .setSubject('customer-1')
    .setIssuer('https://id.scaleretail.example')
    .setAudience('scaleretail')
    .setExpirationTime('12h')
    .sign(privateKey);
  return { jwksFile, token };
}

const program = new Command('dev')
  .description('The service with all that it talks to, on this machine.')
  .addOption(
    new Option('--release <release>', 'the release to run, on its schema')
      .choices([...releaseNames])
      .default('1.0'),
  )
  .option('--port <n>', 'port of the service', '3000')
  .showHelpAfterError()
  .exitOverride()
  .action(async (options: { release: ReleaseName; port: string }) => {
    process.exitCode = await develop(options.release, options.port);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
