/** A tiny checkout for the tests of run.mjs: it has workspaces but no dependencies, so npm needs no network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));

export interface Running {
  readonly wrapper: ChildProcess;
  /** What came out so far. */
  readonly out: { stdout: string; stderr: string };
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export class Checkout {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'run-test-')));
  private readonly running: ChildProcess[] = [];

  constructor() {
    for (const file of readdirSync(HERE).filter((name) => /^run.*\.mjs$/.test(name))) {
      cpSync(join(HERE, file), join(this.root, 'scripts', file));
    }
    this.writeManifests(['lib']);
    this.write('lib/package.json', JSON.stringify({ name: '@tiny/lib', version: '1.0.0' }));
  }

  /** Writes package.json, and package-lock.json for the workspaces that it is to know. */
  writeManifests(workspaces: string[], locked: string[] = workspaces): void {
    const manifest = { name: 'tiny', version: '1.0.0', workspaces };
    const packages: Record<string, object> = { '': { ...manifest, workspaces: locked } };
    for (const folder of locked) {
      packages[folder] = { name: `@tiny/${folder}`, version: '1.0.0' };
      packages[`node_modules/@tiny/${folder}`] = { resolved: folder, link: true };
    }
    this.write('package.json', JSON.stringify({ ...manifest, private: true, type: 'module' }));
    const lock = { name: 'tiny', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
    this.write('package-lock.json', JSON.stringify(lock, null, 2));
  }

  path(file: string): string {
    return join(this.root, file);
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  /** Starts `node scripts/run.mjs` with the words, without what an outer npm put into the environment. */
  start(
    words: string[],
    options: { env?: NodeJS.ProcessEnv; nodeFlags?: string[]; cwd?: string } = {},
  ): Running {
    const { npm_execpath, ...env } = process.env;
    for (const name of Object.keys(env)) if (/^npm_/i.test(name)) delete env[name];
    const npm = npm_execpath === undefined ? {} : { npm_execpath };
    const args = [...(options.nodeFlags ?? []), this.path('scripts/run.mjs'), ...words];
    const wrapper = spawn(process.execPath, args, {
      cwd: options.cwd ?? this.root,
      env: { ...env, ...npm, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.running.push(wrapper);
    return follow(wrapper);
  }

  run(words: string[], options: Parameters<Checkout['start']>[1] = {}) {
    return this.start(words, options).ended;
  }

  remove(): void {
    for (const wrapper of this.running) wrapper.kill('SIGKILL');
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function follow(wrapper: ChildProcess): Running {
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    wrapper[name]?.on('data', (chunk) => {
      out[name] += chunk;
    });
  }
  const ended = once(wrapper, 'close').then(([code]) => ({ code: code as number | null, ...out }));
  return { wrapper, out, ended };
}
