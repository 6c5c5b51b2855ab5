import { chownSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endPostmaster } from './postmaster.ts';
import { commandLine, hasEnded, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import type { ServerUser } from './server-user.ts';

/**
 * A run folder's name records its keeper: scaleretail-pg-<pid>-<start time>-<namespace>-<random>.
 * A name appears whole, so that no sweep can meet a folder whose keeper is not yet recorded.
 */
const NAME = /^scaleretail-pg-(\d+)-(\d+)-(\d+)-\w+$/;

/** Makes this process's run folder under `root` and gives it to the server's user. */
export function createRunFolder(root: string, user: ServerUser | undefined): string {
  const { pid, startTime, namespace } = ownIdentity();
  const folder = mkdtempSync(join(root, `scaleretail-pg-${pid}-${startTime}-${namespace}-`));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** Removes a run folder. The retries outlast a server process that is still writing its last file. */
export async function removeRunFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** Ends the servers and removes the folders under `root` whose keeper was killed. */
export async function sweepRunFolders(root: string): Promise<void> {
  for (const name of readdirSync(root)) {
    const keeper = parseName(name);
    if (keeper === undefined || !hasEnded(keeper)) continue;
    // A folder of another user, or in the hands of another sweep, is no reason for us to fail.
    await sweepRunFolder(join(root, name)).catch(() => undefined);
  }
}

async function sweepRunFolder(folder: string): Promise<void> {
  const server = orphanedServer(folder);
  if (server !== undefined) await endPostmaster(server);
  await removeRunFolder(folder);
}

function parseName(name: string): ProcessIdentity | undefined {
  const [, pid, startTime, namespace] = NAME.exec(name) ?? [];
  if (pid === undefined || startTime === undefined || namespace === undefined) return undefined;
  return { pid: Number(pid), startTime, namespace };
}

/**
 * The server that a killed keeper left, if its command line names the folder: a pid in a file may
 * have gone to another process since. Without /proc it is left to PostgreSQL, which ends itself
 * within a minute when its postmaster.pid is gone.
 */
function orphanedServer(folder: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
    return commandLine(pid).includes(folder) ? pid : undefined;
  } catch {
    return undefined;
  }
}
