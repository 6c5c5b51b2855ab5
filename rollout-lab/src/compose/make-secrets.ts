import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the passwords and tokens of the demo, once: what is there already is kept, because the
 * database knows it. `operator/` is for who may change everything, `service/` for the replicas.
 *
 * Usage: node make-secrets.ts <folder>
 */
const [, , folder = ''] = process.argv;

const random = () => randomBytes(24).toString('hex');
const postgres = random();
const api = random();

const secrets: Readonly<Record<string, string>> = {
  'operator/postgres-password': postgres,
  'operator/database-url': `postgres://postgres:${postgres}@postgres:5432/shop`,
  'operator/api-password': api,
  'operator/unleash-database-password': random(),
  'operator/unleash-password': random(),
  'operator/grafana-password': random(),
  // The formats of Unleash: <project>:<environment>.<secret>.
  'operator/unleash-admin-token': `*:*.${random()}`,
  'service/database-url': `postgres://shop_api:${api}@postgres:5432/shop`,
  'service/unleash-token': `default:development.${random()}`,
  'service/supervisor-token': random(),
  // The customers' keys are made by each run.
  'service/jwks.json': '{"keys":[]}',
};

// All or none: half of them would not fit each other.
const [first = ''] = Object.keys(secrets);
if (existsSync(join(folder, first))) {
  process.stdout.write('the secrets are there already\n');
} else {
  // Whoever has the volume may read: the parts run under users of their own.
  for (const [name, secret] of Object.entries(secrets).reverse()) {
    writeFileSync(join(folder, name), `${secret}\n`, { mode: 0o644 });
  }
  process.stdout.write(`${Object.keys(secrets).length} secrets were made\n`);
}
