import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { describe, expect, it } from 'vitest';
import { databaseFor } from './support/database.ts';

const script = fileURLToPath(new URL('../src/cli/schema.ts', import.meta.url));

interface Ending {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function schema(env: Record<string, string>, ...args: string[]): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

const commands = [
  'status',
  'install',
  'expand',
  'backfill',
  'verify',
  'brownout',
  'contract',
  'gate',
  'serve',
  'rollback',
];

describe('a schema command', () => {
  it.each(commands)('"%s" asks for DATABASE_URL when it is not set', async (command) => {
    const ending = await schema({ DATABASE_URL: '' }, command);
    expect(ending).toMatchObject({ code: 2, stdout: '' });
    expect(ending.stderr).toContain('DATABASE_URL is not set: the PostgreSQL database');
  });

  it('says in a sentence, without a password, that the database cannot be reached', async () => {
    const port = await findFreePort();
    const DATABASE_URL = `postgres://shop:s3cret@127.0.0.1:${port}/shop`;
    const ending = await schema({ DATABASE_URL, DATABASE_CONNECT_MS: '500' }, 'status');
    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(/^the database 127\.0\.0\.1:\d+\/shop could not be [^\n]+\n$/);
    expect(ending.stderr).toContain('check DATABASE_URL');
    expect(ending.stderr).not.toContain('s3cret');
  });

  it.each([
    ['an unknown command', ['expnad']],
    ['no command', []],
  ])('%s: lists those that there are', async (_what, args) => {
    const ending = await schema({}, ...args);
    expect(ending).toMatchObject({ code: 2, stdout: '' });
    for (const command of commands)
      expect(ending.stderr).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  it.each([
    [
      ['expand', '--relaese', '2.0'],
      ["unknown option '--relaese'", '--release', '--patience'],
    ],
    [
      ['expand', '--release', '9.0'],
      ["'9.0' is invalid", '1.0, 2.0, 3.0, 4.0'],
    ],
    [
      ['backfill', '--batch', '0'],
      ['whole number from 1 to 100000', '--limit'],
    ],
    [
      ['brownout', '--window', '1.5'],
      ['whole number from 1 to 86400', '--undo'],
    ],
    [['status', 'twice'], ['too many arguments']],
  ])('%j: says what is wrong and what there is', async (args, told) => {
    const ending = await schema({}, ...args);
    expect(ending).toMatchObject({ code: 2, stdout: '' });
    for (const part of told) expect(ending.stderr).toContain(part);
  });

  it('"status" says of an empty database what comes first, and ends well', async () => {
    const database = await databaseFor('empty');
    const ending = await schema({ DATABASE_URL: database.url }, 'status');
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(ending.stdout).toContain('expand --release 1.0');
  });
});
