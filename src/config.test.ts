import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configFields, readConfig, readSchemaConfig, schemaConfigFields } from './config.ts';
import type { Field } from './platform/process/fields.ts';
import { releaseNames } from './releases.ts';

const required = {
  RELEASE: '2.0',
  DATABASE_URL: 'postgres://shop:secret@db.example/shop',
  UNLEASH_URL: 'http://flags.example/api',
  GATEWAY_URL: 'http://gateway.example',
  JWT_JWKS_FILE: 'jwks.json',
};

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('readConfig', () => {
  it('needs no more than what has no default', () => {
    const config = readConfig(required);
    expect(config).toMatchObject({ release: '2.0', port: 3000, faults: 'none' });
    expect(config.redisUrl).toBeUndefined();
    expect(readConfig({ ...required, REDIS_URL: '', PORT: '' })).toEqual(config);
  });

  it('names everything that is missing at once', () => {
    const told = messageOf(() => readConfig({}));
    for (const name of Object.keys(required)) expect(told).toContain(`${name} is not set: `);
  });

  it('names everything that is wrong at once, with its value, what is allowed and no secret', () => {
    const told = messageOf(() =>
      readConfig({
        ...required,
        RELEASE: '0.9',
        PORT: '70000',
        DATABASE_URL: 'mysql://shop:secret@db.example/shop',
        REDIS_URL: 'shop:secret@cache.example',
        UNLEASH_URL: 'ftp://shop:secret@flags.example/',
        LOG_LEVEL: 'loud',
        INSTANCE_ID: 'a pod/1',
      }),
    );
    expect(told.split('\n').slice(1)).toEqual([
      `  RELEASE is "0.9": must be one of ${releaseNames.join(', ')}`,
      '  PORT is "70000": must be a whole number from 0 to 65535',
      '  INSTANCE_ID is "a pod/1": must be up to 47 characters of A-Z a-z 0-9 . _ -',
      '  LOG_LEVEL is "loud": must be one of fatal, error, warn, info, debug, trace, silent',
      '  DATABASE_URL is "mysql://shop:***@db.example/shop": must be a URL that starts with postgres:// or postgresql://',
      '  REDIS_URL is "***": must be a URL that starts with redis:// or rediss://',
      '  UNLEASH_URL is "ftp://shop:***@flags.example/": must be a URL that starts with http:// or https://',
    ]);
  });

  it('keeps application_name whole with the longest instance id', () => {
    const instanceId = 'x'.repeat(47);
    expect(readConfig({ ...required, INSTANCE_ID: instanceId }).instanceId).toBe(instanceId);
    expect(`scaleretail/1.0/${instanceId}`).toHaveLength(63);
    expect(messageOf(() => readConfig({ ...required, INSTANCE_ID: `${instanceId}x` }))).toContain(
      'INSTANCE_ID',
    );
  });
});

describe('readSchemaConfig', () => {
  it('asks for the database alone', () => {
    const { DATABASE_URL } = required;
    expect(readSchemaConfig({ DATABASE_URL })).toMatchObject({ databaseUrl: DATABASE_URL });
    expect(messageOf(() => readSchemaConfig({}))).toContain('DATABASE_URL is not set');
  });

  it('prefers the address with the owner’s login, and names it when it is wrong', () => {
    const { DATABASE_URL } = required;
    const SCHEMA_DATABASE_URL = 'postgres://owner@127.0.0.1/shop';
    for (const env of [{ SCHEMA_DATABASE_URL }, { DATABASE_URL, SCHEMA_DATABASE_URL }]) {
      expect(readSchemaConfig(env)).toMatchObject({ databaseUrl: SCHEMA_DATABASE_URL });
    }
    const env = { DATABASE_URL, SCHEMA_DATABASE_URL: 'owner:s3cret@host' };
    const message = messageOf(() => readSchemaConfig(env));
    expect(message).toContain('SCHEMA_DATABASE_URL is "***"');
  });
});

interface Line {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** The lines `NAME=value` of the example, each with the comment right above it, if it has one. */
function exampleLines(): Line[] {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  return [...text.matchAll(/^(?:# (.+)\n)?(\w+)=(.*)$/gm)].map(
    ([, comment = '', name = '', value = '']) => ({ name, value, comment }),
  );
}

describe('a variable that may hold a secret', () => {
  const { DATABASE_URL: address, ...others } = required;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
    writeFileSync(join(folder, 'address'), `${address}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('can be given by a file', () => {
    const given = { DATABASE_URL_FILE: join(folder, 'address') };
    expect(readConfig({ ...others, ...given }).databaseUrl).toBe(address);
    expect(readSchemaConfig(given).databaseUrl).toBe(address);
    expect(readSchemaConfig({ SCHEMA_DATABASE_URL_FILE: given.DATABASE_URL_FILE })).toEqual(
      readSchemaConfig(given),
    );
  });

  it('is not given twice, nor by a file that cannot be read', () => {
    const file = join(folder, 'nowhere');
    expect(messageOf(() => readConfig({ ...required, DATABASE_URL_FILE: file }))).toContain(
      'DATABASE_URL and DATABASE_URL_FILE are both set: take one',
    );
    expect(messageOf(() => readConfig({ ...others, DATABASE_URL_FILE: file }))).toContain(
      `DATABASE_URL_FILE is "${file}": cannot be read (ENOENT)`,
    );
  });

  it('is the only one that can', () => {
    expect(readConfig({ ...required, LOG_LEVEL_FILE: 'nowhere' })).toEqual(readConfig(required));
  });
});

describe('.env.example', () => {
  const fields: Field<unknown>[] = [
    ...new Map(
      [...Object.values(configFields), ...Object.values(schemaConfigFields)].map(
        (field: Field<unknown>) => [field.name, field],
      ),
    ).values(),
  ];
  // Its default is made at start.
  const defaultOf = ({ name, otherwise = '' }: Field<unknown>) =>
    name === 'INSTANCE_ID' ? '' : otherwise;

  it('has every variable with its default and what it means', () => {
    expect(exampleLines()).toEqual(
      fields.map((field) => ({
        name: field.name,
        value: defaultOf(field),
        comment: `${field.means}${field.otherwise === undefined ? ' (required)' : ''}`,
      })),
    );
  });
});
