import { type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresStartError } from './postgres-errors.ts';
import type { ServerUser } from './server-user.ts';

/** A place to make and run one database cluster in. */
export interface Site {
  readonly folder: string;
  /** The tree of binaries to run from. */
  readonly binaries: string;
  readonly user: ServerUser | undefined;
}

const LOG_TAIL_LINES = 20;

/**
 * Initialises the cluster in `data` under the site's folder and returns the password of its
 * superuser `postgres`. The settings go into postgresql.conf.
 * Text sorts by code point on every platform: PostgreSQL's builtin C.UTF-8 needs no system locale.
 * Throws PostgresStartError with initdb's output; aborting ends initdb.
 */
export async function initCluster(
  site: Site,
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(site.folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (site.user !== undefined) chownSync(passwordFile, site.user.uid, site.user.gid);
  await runInitdb(site, signal, [
    ...['-D', dataFolder(site), '-U', 'postgres'],
    ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--no-sync', '--no-instructions'],
    ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]);
  rmSync(passwordFile);
  return password;
}

async function runInitdb(site: Site, signal: AbortSignal, args: readonly string[]): Promise<void> {
  const initdb = runTool(site, 'initdb', args);
  const abort = () => initdb.kill('SIGKILL');
  signal.addEventListener('abort', abort);
  try {
    const [code, signalName] = await once(initdb, 'exit');
    if (code === 0) return;
    throw new PostgresStartError(`initdb ended with ${signalName ?? code}.`, logTail(site));
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Runs one of the binaries as the site's user, its output in the site's log, which is begun anew. */
export function runTool(site: Site, tool: string, args: readonly string[]) {
  const log = openSync(logFile(site), 'w');
  try {
    const options: SpawnOptions = {
      cwd: site.folder,
      // Nothing else: PGDATA, PGPORT and LC_* of the caller would change what the server is.
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      ...site.user,
    };
    return spawn(join(site.binaries, 'bin', tool), args, options);
  } finally {
    closeSync(log);
  }
}

/** Where the cluster's files are. */
export function dataFolder(site: Site): string {
  return join(site.folder, 'data');
}

/** The last lines of what the tool that runs or ran last has written. */
export function logTail(site: Site): string {
  return readFileSync(logFile(site), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-LOG_TAIL_LINES)
    .join('\n');
}

function logFile(site: Site): string {
  return join(site.folder, 'postgres.log');
}
