import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateBinaries, prepareBinaries } from './postgres-binaries.ts';
import { UnsupportedPlatformError } from './postgres-errors.ts';

let root: string;
let native: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'binaries-test-'));
  native = join(root, 'native');
  folder = join(root, 'run');
  for (const path of ['bin', 'lib']) mkdirSync(join(native, path), { recursive: true });
  mkdirSync(folder);
  for (const file of ['bin/initdb', 'bin/postgres', 'lib/libpq.so.5.18']) {
    writeFileSync(join(native, file), file);
    chmodSync(join(native, file), 0o755);
  }
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const mode = (file: string) => statSync(file).mode & 0o777;

describe('prepareBinaries', () => {
  it('runs a sound tree where it is, for its own user', () => {
    expect(prepareBinaries(native, folder, false)).toBe(native);
  });

  it('shares the files with another user, links kept as links', () => {
    symlinkSync('libpq.so.5.18', join(native, 'lib/libpq.so.5'));
    const tree = prepareBinaries(native, folder, true);
    expect(tree).toBe(join(folder, 'native'));
    expect(statSync(join(tree, 'bin/postgres')).ino).toBe(
      statSync(join(native, 'bin/postgres')).ino,
    );
    expect(readlinkSync(join(tree, 'lib/libpq.so.5'))).toBe('libpq.so.5.18');
  });

  it('opens a tree that a strict umask closed, and leaves the original as it was', () => {
    chmodSync(join(native, 'bin/postgres'), 0o700);
    chmodSync(join(native, 'lib/libpq.so.5.18'), 0o600);
    const before = process.umask(0o077);
    const tree = prepareBinaries(native, folder, true);
    process.umask(before);
    expect(
      ['bin', 'bin/postgres', 'lib/libpq.so.5.18'].map((file) => mode(join(tree, file))),
    ).toEqual([0o755, 0o755, 0o644]);
    expect(mode(join(native, 'bin/postgres'))).toBe(0o700);
    expect(mode(join(native, 'lib/libpq.so.5.18'))).toBe(0o600);
  });

  it('adds the links and executable bits of a package whose install script did not run', () => {
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
    writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify([link]));
    chmodSync(join(native, 'bin/initdb'), 0o644);
    const tree = prepareBinaries(native, folder, false);
    expect(readFileSync(join(tree, 'lib/libpq.so.5'), 'utf8')).toBe('lib/libpq.so.5.18');
    expect(mode(join(tree, 'bin/initdb'))).toBe(0o755);
  });
});

describe('locateBinaries', () => {
  it('finds the tree of this machine', () => {
    expect(statSync(join(locateBinaries(), 'bin', 'postgres')).isFile()).toBe(true);
  });

  it('says which platforms there are, and the way without any', () => {
    const locate = () => locateBinaries('sunos', 'sparc');
    expect(locate).toThrow(UnsupportedPlatformError);
    expect(locate).toThrow(/sunos-sparc.*linux-x64.*DATABASE_URL/);
  });
});
