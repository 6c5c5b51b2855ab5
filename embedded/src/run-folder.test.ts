import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning, ownIdentity } from './process-identity.ts';
import { createRunFolder, sweepRunFolders } from './run-folder.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'run-folder-test-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function plant(pid: number, startTime: string, namespace: string): string {
  const folder = join(root, `scaleretail-pg-${pid}-${startTime}-${namespace}-AbCd12`);
  mkdirSync(join(folder, 'data'), { recursive: true });
  return folder;
}

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('sweepRunFolders', () => {
  const own = ownIdentity();

  it('removes the folder of a keeper that has ended, and no other', async () => {
    const stale = plant(await endedPid(), '1', own.namespace);
    const live = createRunFolder(root, undefined);
    const foreign = join(root, 'scaleretail-pg-notes');
    mkdirSync(foreign);
    await sweepRunFolders(root);
    expect([stale, live, foreign].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  });

  it.runIf(own.startTime !== '0')('knows a pid that another process got since', async () => {
    const stale = plant(own.pid, '1', own.namespace);
    await sweepRunFolders(root);
    expect(existsSync(stale)).toBe(false);
  });

  it('leaves the folder of another container, whose pids mean nothing here', async () => {
    const other = plant(await endedPid(), '1', `${own.namespace}9`);
    await sweepRunFolders(root);
    expect(existsSync(other)).toBe(true);
  });

  it('does not end a process that merely has the pid of an old server', async () => {
    const stale = plant(await endedPid(), '1', own.namespace);
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    try {
      writeFileSync(join(stale, 'data', 'postmaster.pid'), `${bystander.pid}\n`);
      await sweepRunFolders(root);
      expect(isRunning(bystander.pid ?? 0)).toBe(true);
      expect(existsSync(stale)).toBe(false);
    } finally {
      bystander.kill('SIGKILL');
    }
  });
});

describe('createRunFolder', () => {
  it('names its keeper, this process', () => {
    expect(basename(createRunFolder(root, undefined))).toContain(`-${process.pid}-`);
  });
});
