import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComposeConfigError, readComposeConfig } from './config.ts';

let folder: string;
let given: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-config-'));
  const secret = (name: string) => {
    const file = join(folder, name);
    writeFileSync(file, `secret of ${name}\n`);
    return file;
  };
  given = {
    LAB_WORLD: 'compose',
    DATABASE_URL_FILE: secret('database'),
    REDIS_URL: 'redis://redis:6379',
    UNLEASH_URL: 'http://unleash:4242/api',
    UNLEASH_TOKEN_FILE: secret('client'),
    UNLEASH_ADMIN_TOKEN_FILE: secret('admin'),
    GATEWAY_URL: 'http://gateway:4000',
    ROUTER_URL: 'http://haproxy:8080',
    SHOP_URL: 'http://127.0.0.1:8080',
    ROUTER_SOCKET: '/run/haproxy/admin.sock',
    REPLICA_HOSTS: '1.0=api-1,2.0=api-2',
    REPLICAS: '2',
    SUPERVISOR_TOKEN_FILE: secret('supervisor'),
    JWKS_FILE: '/secrets/service/jwks.json',
    CUSTOMERS_FILE: '/customers/customers.json',
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readComposeConfig', () => {
  it('is nothing outside of the compose file', () => {
    expect(readComposeConfig({})).toBeNull();
    expect(readComposeConfig({ ...given, LAB_WORLD: '' })).toBeNull();
  });

  it('reads the secrets from their files, and the hosts by release', () => {
    const config = readComposeConfig(given);
    expect(config).toMatchObject({
      databaseUrl: 'secret of database',
      supervisorToken: 'secret of supervisor',
      unleash: { clientToken: 'secret of client', adminToken: 'secret of admin' },
      replicas: 2,
    });
    expect([...(config?.replicaHosts ?? [])]).toEqual([
      ['1.0', 'api-1'],
      ['2.0', 'api-2'],
    ]);
  });

  it('misses every variable by its name', () => {
    for (const name of Object.keys(given).filter((each) => each !== 'LAB_WORLD')) {
      expect(() => readComposeConfig({ ...given, [name]: '' })).toThrow(
        new ComposeConfigError(`${name} is not set`),
      );
    }
  });

  it.each([
    ['LAB_WORLD', 'cluster', 'LAB_WORLD is "cluster": must be compose'],
    ['REPLICAS', '9', 'REPLICAS is "9": must be a number from 1 to 8'],
    ['REPLICA_HOSTS', 'api-1', 'REPLICA_HOSTS is "api-1": must be <release>=<host>'],
    // A URL takes a name that ends so for an address.
    ['REPLICA_HOSTS', '1.0=api-1.0', 'REPLICA_HOSTS is "1.0=api-1.0": must be'],
    ['UNLEASH_TOKEN_FILE', '/nowhere', 'UNLEASH_TOKEN_FILE is "/nowhere": cannot be read (ENOENT)'],
  ])('says what is wrong with %s=%s', (name, value, sentence) => {
    expect(() => readComposeConfig({ ...given, [name]: value })).toThrow(sentence);
  });
});
