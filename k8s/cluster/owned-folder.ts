import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded, ownIdentity } from '@scaleretail/embedded/process-identity';

/**
 * Makes a folder that belongs to this process, under `root`. Its name records the owner,
 * `<prefix>-<pid>-<start time>-<namespace>-<random>`, and appears whole: no sweep can meet a folder
 * whose owner is not yet recorded.
 */
export function createOwnedFolder(root: string, prefix: string): string {
  const { pid, startTime, namespace } = ownIdentity();
  mkdirSync(root, { recursive: true });
  return mkdtempSync(join(root, `${prefix}-${pid}-${startTime}-${namespace}-`));
}

/** Removes it. The retries outlast a process that is still writing its last file. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** Removes the folders under `root` whose owner has ended without doing it; `before` goes first. */
export async function sweepOwnedFolders(
  root: string,
  prefix: string,
  before: (folder: string) => Promise<void> = async () => undefined,
): Promise<void> {
  for (const name of readdirSync(root)) {
    if (!isOrphan(name, prefix)) continue;
    const folder = join(root, name);
    // One of another user, or in the hands of another sweep, is no reason for us to fail.
    await before(folder)
      .then(() => removeFolder(folder))
      .catch(() => undefined);
  }
}

function isOrphan(name: string, prefix: string): boolean {
  const owner = name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : '';
  const [, pid, startTime, namespace] = /^(\d+)-(\d+)-(\d+)-\w+$/.exec(owner) ?? [];
  if (pid === undefined || startTime === undefined || namespace === undefined) return false;
  return hasEnded({ pid: Number(pid), startTime, namespace });
}
