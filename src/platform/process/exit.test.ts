import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { KeyFileError } from '../access/jwks-file.ts';
import { DatabaseUnreachableError, PooledConnectionError } from '../postgres/reach.ts';
import { exitCodeOf, explain } from './exit.ts';
import { ConfigError } from './fields.ts';

/** An error of a layer above, which this one knows by its name. */
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('what is expected to go wrong at start', () => {
  const expected: readonly [Error, number][] = [
    [new ConfigError(['PORT is not set']), 2],
    [named('FaultsError', 'FAULTS is "slow"'), 2],
    [new KeyFileError('jwks.json', 'no such file'), 2],
    [new PooledConnectionError('postgres://db/shop', 'name PostgreSQL'), 2],
    [named('RefusedToRunError', 'release 1.0 is too old'), 78],
    [named('GateRefusedError', 'gate "contract" refused'), 3],
    [named('BackfillRefusedError', 'backfill refused'), 3],
    [named('BrownoutRefusedError', 'brownout refused'), 3],
    [new DatabaseUnreachableError('db:5432/shop', 1, 'refused'), 1],
    [Object.assign(new Error('no rights'), { code: '42501' }), 1],
  ];
  it.each(expected)('%s is told in a sentence', (error, code) => {
    expect(explain(error)).toBe(error.message);
    expect(exitCodeOf(error)).toBe(code);
  });

  it('a port that is taken is told by the name of its variable', async () => {
    const listen = (port: number) => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const server = createServer().once('error', resolve);
      server.listen(port, '127.0.0.1', () => resolve(server));
      return promise;
    };
    const server = (await listen(0)) as ReturnType<typeof createServer>;
    const { port } = server.address() as { port: number };
    const error = await listen(port);
    server.close();
    expect(explain(error)).toBe(
      `PORT ${port} on 127.0.0.1 is taken: choose another one, or stop what listens there`,
    );
    expect(exitCodeOf(error)).toBe(1);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
  ])("a lost connection (%s) is told without the driver's stack", (words) => {
    expect(explain(new Error(words))).toMatch(/^the connection to the database was lost; [^\n]+$/);
    expect(exitCodeOf(new Error(words))).toBe(1);
  });

  it.each([
    ['EACCES', 'PORT'],
    ['EADDRNOTAVAIL', 'HOST'],
    ['ENOTFOUND', 'HOST'],
  ])('%s names %s', (code, variable) => {
    const failed = { code, syscall: code === 'ENOTFOUND' ? 'getaddrinfo' : 'listen', port: 80 };
    expect(explain(Object.assign(new Error('listen'), failed))).toMatch(
      new RegExp(`^${variable} `),
    );
  });
});

describe('what nobody expected', () => {
  it.each([new Error('a'), new TypeError('b'), new RangeError('c'), new ReferenceError('d')])(
    '%s is told with its stack',
    (error) => {
      expect(explain(error)).toBe(error.stack);
      expect(exitCodeOf(error)).toBe(1);
    },
  );

  it('is told as it is when it is no error', () => {
    expect(explain('odd')).toBe('odd');
    expect(exitCodeOf(undefined)).toBe(1);
  });
});
