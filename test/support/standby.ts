import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@scaleretail/embedded/free-port';
import type { EmbeddedPostgres } from '@scaleretail/embedded/postgres';
import { locateBinaries, prepareBinaries } from '@scaleretail/embedded/postgres-binaries';
import { dataFolder, runTool, type Site } from '@scaleretail/embedded/postgres-cluster';
import { endPostmaster } from '@scaleretail/embedded/postmaster';
import { createRunFolder, removeRunFolder } from '@scaleretail/embedded/run-folder';
import { serverUser, temporaryRoot } from '@scaleretail/embedded/server-user';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { until } from './wait.ts';

/**
 * A real streaming replica of a server, ended when the test ends. Made of a copy of the files, as
 * pg_basebackup, which is not among the embedded binaries, makes one too: between pg_backup_start
 * and pg_backup_stop, without the WAL, which the replica streams from the start of the backup on.
 *
 * @returns its address.
 */
export async function startStandby(primary: EmbeddedPostgres): Promise<string> {
  const user = serverUser();
  const folder = createRunFolder(temporaryRoot(user), user);
  onTestFinished(() => removeRunFolder(folder));
  const site = {
    folder,
    user,
    binaries: prepareBinaries(locateBinaries(), folder, user !== undefined),
  };
  await copyFiles(primary, site);
  const port = await findFreePort();
  const server = runTool(site, 'postgres', ['-D', dataFolder(site), '-p', String(port)]);
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    if (server.pid !== undefined) await endPostmaster(server.pid, 'immediate');
    await ended;
  });
  const address = new URL(primary.url());
  address.port = String(port);
  await until(() => answers(address.href), 'the replica answers', 60_000);
  return address.href;
}

/** Files of the running server, and what the replica makes itself. */
const left = /^(postmaster\.(pid|opts)|pg_wal|pg_replslot|pg_stat_tmp|pg_dynshmem)$/;

async function copyFiles(primary: EmbeddedPostgres, site: Site): Promise<void> {
  const [from, to] = [join(primary.folder, 'data'), dataFolder(site)];
  const client = new pg.Client(primary.url());
  await client.connect();
  await client.query("SELECT pg_backup_start('replica', true)");
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (!left.test(name)) cpSync(join(from, name), join(to, name), { recursive: true });
    else if (!name.startsWith('postmaster')) mkdirSync(join(to, name));
  }
  const { rows } = await client.query<{ label: string }>(
    'SELECT labelfile AS label FROM pg_backup_stop(false)',
  );
  await client.end();
  writeFileSync(join(to, 'backup_label'), rows[0]?.label ?? '');
  writeFileSync(join(to, 'standby.signal'), '');
  const { hostname, port, username, password } = new URL(primary.url());
  const source = `host=${hostname} port=${port} user=${username} password=${password}`;
  appendFileSync(join(to, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  giveTo(site, to);
}

/** PostgreSQL wants its files to be its user's own, and its folder closed to others. */
function giveTo({ user }: Site, data: string): void {
  if (user !== undefined) {
    for (const name of ['', ...readdirSync(data, { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(data, name), user.uid, user.gid);
    }
  }
  chmodSync(data, 0o700);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
