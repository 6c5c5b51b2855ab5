import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type EmbeddedPostgres, PortTakenError, startPostgres } from './postgres.ts';
import { isRunning } from './process-identity.ts';

async function start(durable = false): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ durable });
  onTestFinished(() => postgres.stop());
  return postgres;
}

async function connect({ url }: EmbeddedPostgres): Promise<pg.Client> {
  const client = new pg.Client(url());
  client.on('error', () => {}); // the server will end it
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

async function query(postgres: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = await connect(postgres);
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  await client.end();
  return rows.flat();
}

function postmasterPid({ folder }: EmbeddedPostgres): number {
  return Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
}

const lastLog = ({ folder }: EmbeddedPostgres) =>
  readFileSync(join(folder, 'postgres.log'), 'utf8');

describe('a restart', { timeout: 120_000 }, () => {
  it.each([
    ['fast', 'database system was shut down at'],
    ['immediate', 'automatic recovery in progress'],
  ] as const)(
    'that is %s ends every session and keeps what was committed, and no more',
    async (mode, log) => {
      const postgres = await start(true);
      const { port } = postgres;
      const before = postmasterPid(postgres);
      const client = await connect(postgres);
      await client.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
      await client.query('BEGIN; INSERT INTO kept VALUES (2)');
      const ended = once(client, 'error');

      await postgres.restart(mode);

      expect(String(await ended)).toMatch(/terminat/);
      expect(lastLog(postgres)).toContain(log);
      expect(postgres.port).toBe(port);
      expect([isRunning(before), postmasterPid(postgres) === before]).toEqual([false, false]);
      expect(await query(postgres, 'SELECT n FROM kept')).toEqual([1]);
    },
  );

  it('is not taken for an end, but an end after it is', async () => {
    const postgres = await start();
    let exited: string | undefined;
    postgres.exited.then((reason) => {
      exited = reason;
    });
    await postgres.restart('fast');
    await postgres.restart('immediate');
    expect(await query(postgres, 'SELECT 1')).toEqual([1]);
    expect(exited).toBeUndefined();
    process.kill(postmasterPid(postgres), 'SIGQUIT');
    expect(await postgres.exited).toContain('received immediate shutdown request');
  });

  it('asked for twice at once is done twice', async () => {
    const postgres = await start();
    await Promise.all([postgres.restart('fast'), postgres.restart('immediate')]);
    expect(await query(postgres, 'SELECT 1')).toEqual([1]);
  });
});

describe('a server that is stopped', { timeout: 120_000 }, () => {
  it('stays down, its port closed and its data kept, until it is started', async () => {
    const postgres = await start();
    await query(postgres, 'CREATE TABLE kept ()');
    await postgres.stopServer();
    await postgres.stopServer('immediate'); // is down already
    await expect(connect(postgres)).rejects.toThrow('ECONNREFUSED');
    expect(existsSync(join(postgres.folder, 'data'))).toBe(true);
    await postgres.startServer();
    await postgres.startServer(); // is up already
    expect(await query(postgres, `SELECT to_regclass('kept')::text`)).toEqual(['kept']);
  });

  it('leaves nothing when it is not started again', async () => {
    const postgres = await start();
    await postgres.stopServer();
    await postgres.stop();
    expect(existsSync(postgres.folder)).toBe(false);
    await expect(postgres.startServer()).rejects.toThrow('keeper ended');
  });

  it('names its port when that was taken meanwhile, and has come to its end', async () => {
    const postgres = await start();
    await postgres.stopServer();
    const other = createServer().listen(postgres.port, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    await expect(postgres.startServer()).rejects.toThrow(PortTakenError);
    expect(await postgres.exited).toContain('keeper ended');
    expect(existsSync(postgres.folder)).toBe(false);
  });
});
