import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serverUser, temporaryRoot } from './server-user.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'server-user-test-')); // mode 0700
  vi.stubEnv('TMPDIR', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('serverUser', () => {
  it('is somebody else for root, and oneself for anybody else', () => {
    expect(serverUser(0)?.uid).toBeGreaterThan(0);
    expect(serverUser(1000)).toBeUndefined();
  });
});

describe('temporaryRoot', () => {
  const other = { uid: 65534, gid: 65534 };

  it('passes over a temporary folder that the user of the server cannot enter', () => {
    expect(temporaryRoot(undefined)).toBe(folder);
    expect(temporaryRoot(other)).not.toBe(folder);
    chmodSync(folder, 0o711);
    expect(temporaryRoot(other)).toBe(folder);
  });
});
