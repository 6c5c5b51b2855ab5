import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutFolderError, prepareFolder } from './result-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'result-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the folder of a result', () => {
  it('is made with every folder above it, and left empty', () => {
    const deep = join(folder, 'a', 'b');
    prepareFolder(deep);
    expect(readdirSync(deep)).toEqual([]);
  });

  it('is not a file', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'below')]) {
      expect(() => prepareFolder(path)).toThrow(OutFolderError);
    }
  });

  it.runIf(existsSync('/proc/self'))('fails at once where nothing can be made', () => {
    for (const path of ['/proc', '/proc/x', '/proc/x/y']) {
      expect(() => prepareFolder(path)).toThrow(/^--out is "\/proc.*can be written \(E/);
    }
  });
});
