import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findGo } from './go.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-go-test-'));
  writeFileSync(join(folder, 'go'), '');
  chmodSync(join(folder, 'go'), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true }));

it('finds Go in PATH, else where it is usually', () => {
  const found = join(folder, 'go');
  expect(findGo(`/nowhere:${folder}`, '/nowhere')).toBe(found);
  expect(findGo('/nowhere', folder)).toBe(found);
});

it('says where it has looked and what to do', () => {
  expect(() => findGo('/nowhere', '/usual')).toThrow(
    /Go is not installed: it is looked for in PATH and in \/usual\. Install Go/,
  );
});
