import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOwnedFolder, sweepOwnedFolders } from './owned-folder.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'owned-folder-test-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** A folder that names another process as its owner. */
function plant(live: string, pid: number): string {
  const name = basename(live).replace(`-${process.pid}-`, `-${pid}-`);
  mkdirSync(join(root, name));
  return join(root, name);
}

it('sweeps the folders whose owner has ended, and no other', async () => {
  const live = createOwnedFolder(root, 'thing');
  const stale = plant(live, await endedPid());
  const other = plant(createOwnedFolder(root, 'another'), await endedPid());
  const before: string[] = [];
  await sweepOwnedFolders(root, 'thing', async (folder) => void before.push(folder));
  expect([live, stale, other].map((folder) => existsSync(folder))).toEqual([true, false, true]);
  expect(before).toEqual([stale]);
});

it('leaves a folder where what goes first has failed, and does not fail itself', async () => {
  const stale = plant(createOwnedFolder(root, 'thing'), await endedPid());
  await sweepOwnedFolders(root, 'thing', () => Promise.reject(new Error('not ours')));
  expect(existsSync(stale)).toBe(true);
});
