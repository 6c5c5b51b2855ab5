import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findK6, NoK6Error } from './find-k6.ts';

describe('k6', () => {
  it('is found in PATH before the folder of tools, and its absence says how to install it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'k6-'));
    const [path, cache] = [join(folder, 'k6'), '/nowhere/cache'];
    expect(() => findK6({ PATH: folder, XDG_CACHE_HOME: cache })).toThrow(NoK6Error);
    expect(() => findK6({ PATH: folder, XDG_CACHE_HOME: cache })).toThrow(
      'GOBIN=/nowhere/cache/scaleretail/bin go install go.k6.io/k6@',
    );
    writeFileSync(path, '');
    chmodSync(path, 0o755);
    expect(findK6({ PATH: `/nowhere:${folder}`, XDG_CACHE_HOME: cache })).toBe(path);
    rmSync(folder, { recursive: true });
  });
});
