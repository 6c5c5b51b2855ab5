import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const script = fileURLToPath(new URL('main.ts', import.meta.url));
const base = fileURLToPath(new URL('base', import.meta.url));

/** The only folder in PATH. */
let bin: string;
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'bin-'));
});
afterAll(() => rmSync(bin, { recursive: true }));

function run(...args: string[]) {
  return spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: {
      PATH: bin,
      XDG_CACHE_HOME: bin,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
    },
  });
}

/** Stands for kubectl, and renders whatever it is told to. */
const rendersTo = (yaml: string) =>
  writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\necho '${yaml}'\n`, { mode: 0o755 });

it('says what to install when nothing renders a kustomization', () => {
  const { status, stderr } = run('check', base);
  expect(stderr).toBe(
    'neither kubectl nor kustomize is in PATH: install kubectl, run `npm run k8s:cluster -- build`, or `go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1` and add `go env GOPATH`/bin to PATH\n',
  );
  expect(status).toBe(69);
});

it('says what to install when there is no Go', () => {
  rendersTo('{apiVersion: v1, kind: Service, metadata: {name: shop}}');
  const { status, stderr } = run('check', base);
  expect(stderr).toMatch(/^go is not in PATH: install Go .+\n$/);
  expect(status).toBe(69);
});

it('finds what is no YAML, without Go', () => {
  rendersTo('kind: {');
  const { status, stdout } = run('check', base);
  expect(stdout).toContain('[render]');
  expect(status).toBe(1);
});

it.each([['check', 'nowhere'], ['chek'], ['check', '--strict']])('bad usage: %s %s', (...args) => {
  const { status, stderr } = run(...args.filter((word) => word !== undefined));
  expect(stderr).not.toBe('');
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(2);
});
