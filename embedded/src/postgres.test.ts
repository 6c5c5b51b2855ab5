import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePort } from './free-port.ts';
import {
  type EmbeddedPostgres,
  PortTakenError,
  type PostgresOptions,
  PostgresStartError,
  startPostgres,
} from './postgres.ts';
import { locateBinaries } from './postgres-binaries.ts';
import { isRunning } from './process-identity.ts';
import { serverUser } from './server-user.ts';

const started: EmbeddedPostgres[] = [];

async function start(options: PostgresOptions = {}): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ durable: false, ...options });
  started.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

function postmasterPid({ folder }: EmbeddedPostgres): number {
  return Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((postgres) => postgres.stop()));
});

describe('startPostgres', { timeout: 120_000 }, () => {
  it('answers while it runs and leaves no process, folder or port when stopped', async () => {
    const postgres = await start();
    const pid = postmasterPid(postgres);
    expect(await query(postgres.url(), 'SELECT 1')).toEqual([1]);
    expect(isRunning(pid)).toBe(true);

    await Promise.all([postgres.stop(), postgres.stop()]);

    expect(isRunning(pid)).toBe(false);
    expect(existsSync(postgres.folder)).toBe(false);
    await expect(query(postgres.url(), 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('is UTF-8 in UTC, sorts by code point and lets nobody in without the password', async () => {
    const postgres = await start();
    await query(postgres.url(), 'CREATE DATABASE "a b"');
    const values = await query(
      postgres.url('a b'),
      `SELECT current_setting('server_encoding'), current_setting('TimeZone'), 'Z' < 'a', upper('ä')`,
    );
    expect(values).toEqual(['UTF8', 'UTC', true, 'Ä']);
    const stranger = new URL(postgres.url());
    stranger.password = 'wrong';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('is durable unless told otherwise, and takes settings with any characters', async () => {
    const shown = `SELECT current_setting('fsync'), current_setting('log_line_prefix')`;
    const durable = await start({ durable: true, settings: { log_line_prefix: "it's %m " } });
    expect(await query(durable.url(), shown)).toEqual(['on', "it's %m "]);
    const fast = await start({ settings: { log_line_prefix: '' } });
    expect(await query(fast.url(), shown)).toEqual(['off', '']);
  });

  it('runs two at once on ports of their own', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.port).not.toBe(other.port);
    await one.stop();
    expect(await query(other.url(), 'SELECT 1')).toEqual([1]);
  });

  it('takes the port that it is given, and names it when it is taken', async () => {
    const port = await findFreePort();
    expect((await start({ port })).port).toBe(port);
    const failure = await startPostgres({ durable: false, port }).catch((error) => error);
    expect(failure).toBeInstanceOf(PortTakenError);
    expect(failure).toMatchObject({ port });
  });

  it('finds another process on the port too', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve(Object(other.address()).port));
    });
    await expect(startPostgres({ durable: false, port })).rejects.toThrow(PortTakenError);
    other.close();
  });

  it('fails with what the server said', async () => {
    const failure = await startPostgres({ settings: { no_such_setting: 'on' } }).catch((e) => e);
    expect(failure).toBeInstanceOf(PostgresStartError);
    expect(failure.log).toContain('no_such_setting');
    expect(failure.message).toContain('no_such_setting');
  });

  it('says why when the server ends by itself, and cleans up', async () => {
    const postgres = await start();
    process.kill(postmasterPid(postgres), 'SIGQUIT');
    expect(await postgres.exited).toContain('received immediate shutdown request');
    await postgres.stop();
    expect(existsSync(postgres.folder)).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)('as root runs as nobody, from a tree of its own', async () => {
    const original = join(locateBinaries(), 'bin', 'postgres');
    const before = statSync(original);
    const postgres = await start();
    const data = statSync(join(postgres.folder, 'data'));
    expect({ uid: data.uid, gid: data.gid }).toEqual(serverUser());
    const executable = readlinkSync(`/proc/${postmasterPid(postgres)}/exe`);
    expect(executable).toBe(join(postgres.folder, 'native', 'bin', 'postgres'));
    const { uid, gid, mode } = statSync(original);
    expect({ uid, gid, mode }).toEqual({ uid: before.uid, gid: before.gid, mode: before.mode });
  });
});
