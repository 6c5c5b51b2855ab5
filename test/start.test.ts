import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseNames } from '../src/releases.ts';
import { databaseFor } from './support/database.ts';
import { endingOf, sentenceOf } from './support/replica.ts';
import { createWorld, environmentFor, type World } from './support/service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('a database that cannot be used', () => {
  const withUrl = (change: (url: URL) => void): Record<string, string> => {
    const url = new URL(
      environmentFor(world, 'postgres://shop:s3cret@127.0.0.1/shop', '1.0').DATABASE_URL ?? '',
    );
    change(url);
    return {
      ...environmentFor(world, url.href, '1.0'),
      DATABASE_CONNECT_MS: '500',
    };
  };

  it('is told in a sentence when nothing listens there', async () => {
    const port = await findFreePort();
    const ending = await endingOf(
      withUrl((url) => {
        url.port = String(port);
      }),
    );
    expect(ending.code).toBe(1);
    expect(sentenceOf(ending)).toMatch(
      new RegExp(
        `^the database 127.0.0.1:${port}/shop could not be reached within 0.5 s \\(.*ECONNREFUSED.*\\): check DATABASE_URL`,
      ),
    );
    expect(ending.stderr).not.toContain('s3cret');
  });

  it('is told in a sentence when somebody listens who never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const ending = await endingOf(
      withUrl((url) => {
        url.port = String(port);
      }),
    );
    silent.close();
    expect(ending.code).toBe(1);
    expect(sentenceOf(ending)).toContain('could not be reached');
  });

  it.each([
    [
      'the password is wrong',
      (url: URL) => {
        url.password = 's3cret';
      },
      'password authentication failed',
    ],
    [
      'there is no such database',
      (url: URL) => {
        url.pathname = '/nowhere';
      },
      '"nowhere" does not exist',
    ],
  ])('is told at once when %s', async (_what, spoil, reason) => {
    const database = await databaseFor('empty');
    const url = new URL(database.url);
    spoil(url);
    // Long enough for the test to fail if it went on trying.
    const env = { ...environmentFor(world, url.href, '1.0'), DATABASE_CONNECT_MS: '600000' };
    const ending = await endingOf(env);
    expect(ending.code).toBe(1);
    expect(sentenceOf(ending)).toContain(reason);
    expect(ending.stderr).not.toContain(url.password);
  });

  it('is told when the service has no such role there', async () => {
    const database = await databaseFor('baseline');
    const env = { ...environmentFor(world, database.url, '1.0'), DATABASE_ROLE: 'nobody_here' };
    const ending = await endingOf(env);
    expect(ending.code).toBe(1);
    expect(sentenceOf(ending)).toContain('nobody_here');
  });
});

describe('a wrong environment', () => {
  it('is told all at once', async () => {
    const database = await databaseFor('baseline');
    const env = environmentFor(world, database.url, '1.0');
    const { UNLEASH_URL: _, ...rest } = env;
    const ending = await endingOf({ ...rest, RELEASE: '9', PORT: 'http', HEARTBEAT_MS: '0' });
    expect(ending.code).toBe(2);
    expect(ending.stderr.trimEnd().split('\n')).toEqual([
      'the configuration is wrong:',
      `  RELEASE is "9": must be one of ${releaseNames.join(', ')}`,
      '  PORT is "http": must be a whole number from 0 to 65535',
      '  HEARTBEAT_MS is "0": must be a whole number from 50 to 60000',
      '  UNLEASH_URL is not set: client API of the flag server, ends with /api',
    ]);
  });

  it('of the faults is told by name', async () => {
    const ending = await endingOf({
      ...environmentFor(world, 'postgres://127.0.0.1/shop', '1.0'),
      FAULTS: 'slow',
    });
    expect(ending.code).toBe(2);
    expect(sentenceOf(ending)).toContain('FAULTS is "slow"');
  });

  it('has no key file, or a bad one', async () => {
    const env = environmentFor(world, 'postgres://127.0.0.1/shop', '1.0');
    const bad = `${world.tokens.jwksFile}.bad`;
    writeFileSync(bad, '{"keys": [');
    for (const file of [bad, `${bad}.missing`]) {
      const ending = await endingOf({ ...env, JWT_JWKS_FILE: file });
      expect(ending.code).toBe(2);
      expect(sentenceOf(ending)).toContain(`JWT_JWKS_FILE is "${file}"`);
    }
  });
});

it('names PORT when it is taken, and does not count as alive', async () => {
  const database = await databaseFor('baseline');
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const env = { ...environmentFor(world, database.url, '1.0'), PORT: String(port) };
  const ending = await endingOf(env);
  taken.close();
  expect(ending.code).toBe(1);
  expect(sentenceOf(ending)).toBe(
    `PORT ${port} on 127.0.0.1 is taken: choose another one, or stop what listens there`,
  );
  const { rows } = await database.pool.query(
    'SELECT count(*) AS alive FROM service_instances WHERE stopped_at IS NULL',
  );
  expect(rows).toEqual([{ alive: 0 }]);
});
