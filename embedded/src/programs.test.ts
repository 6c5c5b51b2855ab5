import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram, toolsFolder } from './programs.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scaleretail-programs-'));
  writeFileSync(join(folder, 'tool'), '', { mode: 0o755 });
  writeFileSync(join(folder, 'text'), '', { mode: 0o644 });
});
afterAll(() => rmSync(folder, { recursive: true }));

it('finds a program in PATH, or else in another folder', () => {
  expect(findProgram('tool', `/nowhere:${folder}`)).toBe(join(folder, 'tool'));
  expect(findProgram('tool', '/nowhere', folder)).toBe(join(folder, 'tool'));
  expect(findProgram('tool', undefined)).toBeUndefined();
});

it('takes no file that cannot be run', () => {
  expect(findProgram('text', folder)).toBeUndefined();
});

it('keeps tools where caches are kept', () => {
  expect(toolsFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/scaleretail');
  expect(toolsFolder({ XDG_CACHE_HOME: '' })).toMatch(/\/\.cache\/scaleretail$/);
});
