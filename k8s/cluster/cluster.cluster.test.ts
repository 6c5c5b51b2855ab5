import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { isRunning } from '@scaleretail/embedded/process-identity';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPrograms } from './build/build.ts';
import { kubernetesVersion, programNames } from './build/programs.ts';
import { serversOf } from './control/processes.ts';
import { folderPrefix } from './control/protocol.ts';

const limit = { timeout: 30_000, interval: 50 };
const root = fileURLToPath(new URL('../..', import.meta.url));
const start = `
  const { startCluster } = await import(${JSON.stringify(new URL('./cluster.ts', import.meta.url))});
  const cluster = await startCluster();
`;
/** After everything else, so that it is ready for the word. */
const tell = 'process.stdout.write(cluster.folder);';
const stay = 'const staying = setInterval(() => undefined, 1000);';
/** What the process is to do once it is told to. */
const word = 'SIGUSR2';
const onWord = (what: string) => `${stay} process.once('${word}', async () => { ${what} });`;

let temporary: string;
const parents: ChildProcess[] = [];

beforeAll(() => buildPrograms());

afterEach(async () => {
  for (const parent of parents.splice(0)) parent.kill('SIGKILL');
  if (temporary !== undefined) await expect.poll(() => serversOf(temporary), limit).toEqual([]);
  rmSync(temporary, { recursive: true, force: true });
});

/** A process that starts a control plane, in a temporary folder that is this test's alone. */
function startParent(then: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  temporary = mkdtempSync(join(tmpdir(), 'cluster-test-'));
  const parent = spawn(process.execPath, ['--input-type=module', '-e', start + then + tell], {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  parents.push(parent);
  return parent;
}

async function startFamily(then: string): Promise<{ parent: ChildProcess; keeper: number }> {
  const parent = startParent(then);
  if (parent.stdout !== null) await once(parent.stdout, 'data');
  expect(serversOf(temporary)).toHaveLength(3);
  return { parent, keeper: keeperOf() };
}

function keeperOf(): number {
  return Number(
    readdirSync(temporary)[0]
      ?.slice(folderPrefix.length + 1)
      .split('-')[0],
  );
}

async function expectNothingLeft(keeper: number): Promise<void> {
  await expect
    .poll(() => [isRunning(keeper), serversOf(temporary), readdirSync(temporary)], limit)
    .toEqual([false, [], []]);
}

describe('nothing is left', () => {
  it('after close, which may be called twice', async () => {
    const twice = 'await cluster.close(); await cluster.close();';
    const { parent, keeper } = await startFamily(onWord(`${twice} console.log('closed');`));
    parent.kill(word);
    if (parent.stdout !== null) expect(String(await once(parent.stdout, 'data'))).toBe('closed\n');
    expect([isRunning(keeper), serversOf(temporary), readdirSync(temporary)]).toEqual([
      false,
      [],
      [],
    ]);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('after a %s', async (signal) => {
    const { parent, keeper } = await startFamily(stay);
    parent.kill(signal);
    await expectNothingLeft(keeper);
  });

  it('after the end of the process, which it does not hold up', async () => {
    const { parent, keeper } = await startFamily(onWord('clearInterval(staying);'));
    parent.kill(word);
    await expectNothingLeft(keeper);
  });

  it('after a SIGKILL during the start', async () => {
    const parent = startParent(stay);
    await expect.poll(() => serversOf(temporary).length, limit).toBeGreaterThan(1);
    const keeper = keeperOf();
    parent.kill('SIGKILL');
    await expectNothingLeft(keeper);
  });

  it('when the keeper is killed itself', async () => {
    const { keeper } = await startFamily(stay);
    process.kill(keeper, 'SIGKILL');
    await expectNothingLeft(keeper);
  });
});

it('says which server has failed, with its log, and leaves nothing', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'cluster-test-cache-'));
  const programs = join(cache, 'scaleretail', `kubernetes-${kubernetesVersion()}`);
  mkdirSync(programs, { recursive: true });
  for (const program of programNames) {
    writeFileSync(join(programs, program), '#!/bin/sh\necho "no good: $0"; exit 3\n');
    chmodSync(join(programs, program), 0o755);
  }
  const parent = startParent('', { XDG_CACHE_HOME: cache });
  const errors = parent.stderr === null ? '' : await text(parent.stderr);
  expect(errors).toMatch(/ClusterFailedError: \S+ ended \(exit code 3\)\.\nno good: /);
  expect(existsSync(temporary) && readdirSync(temporary)).toEqual([]);
  rmSync(cache, { recursive: true });
});
