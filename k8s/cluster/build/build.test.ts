import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CommandFailedError } from '../errors.ts';
import { buildPrograms } from './build.ts';
import { kubernetesVersion, programNames } from './programs.ts';

const folder = `kubernetes-${kubernetesVersion()}`;
let root: string;
let tools: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-test-'));
  tools = join(root, 'scaleretail');
  vi.stubEnv('XDG_CACHE_HOME', root);
  vi.stubEnv('PATH', `${root}:${process.env.PATH}`);
  // Where Go would put the program is the last but one of its arguments.
  plantGo('shift $(($# - 2)); echo built >"$1"');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function plantGo(script: string): void {
  writeFileSync(join(root, 'go'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'go'), 0o755);
}

it('builds what is missing, says what, and leaves only that', async () => {
  mkdirSync(join(tools, folder), { recursive: true });
  writeFileSync(join(tools, folder, 'etcd'), 'from before');
  const said: string[] = [];
  expect(await buildPrograms({ say: (line) => said.push(line) })).toBe(join(tools, folder));
  expect(readdirSync(tools)).toEqual([folder]);
  expect(readdirSync(join(tools, folder)).sort()).toEqual([...programNames].sort());
  expect(readFileSync(join(tools, folder, 'etcd'), 'utf8')).toBe('from before');
  expect(said).toEqual(programNames.slice(1).map((name) => `building ${name} …`));
});

it('needs no Go when nothing is missing', async () => {
  await buildPrograms();
  plantGo('exit 1');
  expect(await buildPrograms()).toBe(join(tools, folder));
});

it('shows nothing of what it could not build, and says why', async () => {
  plantGo('echo half >"$6"; echo "no space left" >&2; exit 2');
  const failure = await buildPrograms().catch((error) => error);
  expect(failure).toBeInstanceOf(CommandFailedError);
  expect(failure.message).toBe('go build failed (2):\nno space left');
  expect(readdirSync(tools)).toEqual([folder]);
  expect(readdirSync(join(tools, folder))).toEqual([]);
});

it('does no harm twice at the same time', async () => {
  await Promise.all([buildPrograms(), buildPrograms()]);
  expect(readdirSync(tools)).toEqual([folder]);
  expect(readdirSync(join(tools, folder)).sort()).toEqual([...programNames].sort());
});
