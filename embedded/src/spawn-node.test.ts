import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from './process-identity.ts';
import { type SpawnNodeOptions, spawnNode } from './spawn-node.ts';

const MODULE = JSON.stringify(new URL('./spawn-node.ts', import.meta.url).href);
const LIMIT = { timeout: 30_000, interval: 20 };

let folder: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spawn-node-test-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function script(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

async function run(source: string, options: SpawnNodeOptions) {
  const child = spawnNode(script('child.mjs', source), options);
  running.push(child);
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const [code, signal] = await once(child, 'close');
  return { output, code, signal };
}

/** Starts a parent that spawns the child, and resolves when the child has written its pid. */
async function startPair(childSource: string) {
  const pidFile = join(folder, 'pid');
  const child = script(
    'child.mjs',
    `import { writeFileSync } from 'node:fs';
     ${childSource}
     setInterval(() => undefined, 1000);
     writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`,
  );
  const parent = spawn(process.execPath, [
    script(
      'parent.mjs',
      `const { spawnNode } = await import(${MODULE});
       spawnNode(${JSON.stringify(child)}, { env: {} });`,
    ),
  ]);
  running.push(parent);
  const readPid = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0);
  await expect.poll(readPid, LIMIT).toBeGreaterThan(0);
  return { parent, childPid: readPid() };
}

describe('spawnNode', { timeout: 120_000 }, () => {
  it.each([
    { name: 'nothing else', kept: false },
    { name: 'the compile cache of this one', kept: true },
  ])('runs the script with the arguments, the environment and $name', async ({ kept }) => {
    const cache = kept ? { NODE_COMPILE_CACHE: join(folder, 'cache') } : {};
    vi.stubEnv('NODE_COMPILE_CACHE', kept ? join(folder, 'cache') : undefined);
    const source =
      'console.log(JSON.stringify([process.argv.slice(2), process.env, process.cwd()]))';
    const { output, code } = await run(source, {
      args: ['a', '--b'],
      env: { X: '1' },
      cwd: folder,
    });
    const env = { PATH: process.env.PATH, X: '1', ...cache };
    expect(JSON.parse(output)).toEqual([['a', '--b'], env, folder]);
    expect(code).toBe(0);
  });

  it('lets a child end that has nothing left to do, channel or not', async () => {
    const source = `process.on('message', () => undefined); console.log(process.connected)`;
    expect(await run(source, { env: {} })).toEqual({ output: 'true\n', code: 0, signal: null });
  });

  it('does not pass the leash on to the workers of the child, which live from their channel', async () => {
    const worker = script('worker.mjs', `process.once('message', (m) => process.send(m + '!'))`);
    const source = `
      import { fork } from 'node:child_process';
      const worker = fork(${JSON.stringify(worker)});
      worker.on('message', (answer) => console.log(answer) ?? worker.disconnect());
      setTimeout(() => worker.send('still here'), 200);`;
    expect((await run(source, { env: {} })).output).toBe('still here!\n');
  });

  it('takes the PATH of the environment before its own', async () => {
    const { output } = await run('console.log(process.env.PATH)', { env: { PATH: '/nowhere' } });
    expect(output).toBe('/nowhere\n');
  });

  it('ends a child by SIGTERM when the parent is killed', async () => {
    const { parent, childPid } = await startPair('');
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(childPid), LIMIT).toBe(false);
  });

  it('leaves the end to a SIGTERM handler of its own, if it has one', async () => {
    const marker = join(folder, 'marker');
    const { parent, childPid } = await startPair(
      `process.on('SIGTERM', () => {
         writeFileSync(${JSON.stringify(marker)}, 'drained');
         process.exit(0);
       });`,
    );
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(childPid), LIMIT).toBe(false);
    expect(readFileSync(marker, 'utf8')).toBe('drained');
  });

  it('ends a child that does not heed SIGTERM, after its grace', async () => {
    const { parent, childPid } = await startPair(`process.on('SIGTERM', () => undefined);`);
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(childPid), { ...LIMIT, timeout: 60_000 }).toBe(false);
  });
});
