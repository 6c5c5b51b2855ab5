import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout, type Running } from './run-checkout.ts';

const LEASH = fileURLToPath(new URL('../embedded/src/leash.ts', import.meta.url));
const LIMIT = { timeout: 60_000, interval: 20 };

/** Prints each signal that it gets, writes `ended` at a SIGTERM and ends with 5. */
const LISTENER = `
  import { writeFileSync } from 'node:fs';
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => console.log(signal));
  process.on('SIGTERM', () => {
    console.log('SIGTERM');
    writeFileSync('ended', '');
    process.exit(5);
  });
  setInterval(() => undefined, 1000);
  writeFileSync('pid', String(process.pid));
  console.log('ready');
`;

let checkout: Checkout;

beforeEach(() => {
  checkout = new Checkout();
  checkout.write('listener.mjs', LISTENER);
});

afterEach(() => {
  if (existsSync(checkout.path('pid')) && !existsSync(checkout.path('ended'))) {
    process.kill(Number(readFileSync(checkout.path('pid'), 'utf8')), 'SIGKILL');
  }
  checkout.remove();
});

async function startListener(options = {}): Promise<Running> {
  const running = checkout.start(['listener.mjs'], options);
  await expect.poll(() => count(running, 'ready'), LIMIT).toBe(1);
  return running;
}

function count({ out }: Running, word: string): number {
  return out.stdout.split(word).length - 1;
}

function hasEnded(): Promise<void> {
  return expect.poll(() => existsSync(checkout.path('ended')), LIMIT).toBe(true);
}

/** Has Node run a statement before run.mjs. */
function preload(statement: string): { nodeFlags: string[] } {
  return { nodeFlags: ['--import', `data:text/javascript,${encodeURIComponent(statement)}`] };
}

/** Makes Node take itself for another version. */
function asNode(version: string) {
  return preload(`Object.defineProperty(process, 'version', { value: '${version}' })`);
}

describe('run.mjs', { timeout: 180_000 }, () => {
  it('runs a script in the root from anywhere, its arguments untouched', async () => {
    checkout.write(
      'show.ts',
      'console.log(JSON.stringify([process.cwd(), process.argv.slice(2)]))',
    );
    const words = ['show.ts', '--help', 'a b', '--', '-x'];
    const { code, stdout } = await checkout.run(words, { cwd: tmpdir() });
    expect([code, JSON.parse(stdout)]).toEqual([0, [checkout.root, words.slice(1)]]);
  });

  it.each([
    ['its exit code', 'process.exit(7)', 7],
    ['128 + n for a signal', `process.kill(process.pid, 'SIGKILL')`, 137],
    ['0 for one that is done, its channel open', `if (!process.connected) process.exit(1)`, 0],
  ])('ends with the script: %s', async (_what, source, expected) => {
    checkout.write('end.mjs', source);
    expect((await checkout.run(['end.mjs'])).code).toBe(expected);
  });

  it('prefers the Node that is pinned', async () => {
    checkout.write('end.mjs', '');
    await checkout.run(['end.mjs']);
    checkout.write('node_modules/.bin/node', '#!/bin/sh\necho pinned\n');
    chmodSync(checkout.path('node_modules/.bin/node'), 0o755);
    expect((await checkout.run(['end.mjs'])).stdout).toBe('pinned\n');
  });

  it('passes each signal on to the script, a later one of the same kind too', async () => {
    const running = await startListener();
    running.wrapper.kill('SIGINT');
    await expect.poll(() => count(running, 'SIGINT'), LIMIT).toBe(1);
    await expect
      .poll(() => running.wrapper.kill('SIGINT') && count(running, 'SIGINT'), LIMIT)
      .toBeGreaterThan(1);
    running.wrapper.kill('SIGHUP');
    await expect.poll(() => count(running, 'SIGHUP'), LIMIT).toBe(1);
    running.wrapper.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 5 });
    expect(count(running, 'SIGTERM')).toBe(1);
  });

  it('takes a signal that comes twice at once, from the terminal and from npm, for one', async () => {
    const running = await startListener(preload('performance.now = () => 0'));
    for (const signal of ['SIGINT', 'SIGINT', 'SIGHUP'] as const) {
      running.wrapper.kill(signal);
      await expect.poll(() => count(running, signal), LIMIT).toBe(1);
    }
    running.wrapper.kill('SIGTERM');
    await running.ended;
    expect(count(running, 'SIGINT')).toBe(1);
  });

  it.runIf(existsSync('/proc'))('stops and continues the script with itself', async () => {
    const running = await startListener();
    const stateOf = (pid: unknown) => readFileSync(`/proc/${pid}/stat`, 'utf8');
    const script = readFileSync(checkout.path('pid'), 'utf8');
    running.wrapper.kill('SIGTSTP');
    // The script stops first; a SIGCONT that came before the wrapper has stopped too would be lost.
    for (const pid of [script, running.wrapper.pid]) {
      await expect.poll(() => stateOf(pid), LIMIT).toContain(') T ');
    }
    running.wrapper.kill('SIGCONT');
    running.wrapper.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 5 });
  });

  it.each([
    ['its own parent', 'exec "$0" "$@"'],
    ['npm, whose shell lives on,', '"$0" "$@"; exit'],
  ])('ends the script when %s is killed', async (_who, shellCommand) => {
    const words = [
      shellCommand,
      process.execPath,
      checkout.path('scripts/run.mjs'),
      'listener.mjs',
    ];
    const source = `require('node:child_process').spawn('sh', ${JSON.stringify(['-c', ...words])})`;
    const env = { ...process.env, npm_lifecycle_event: 'demo' };
    const parent = spawn(process.execPath, ['-e', source], { env });
    await expect.poll(() => existsSync(checkout.path('pid')), LIMIT).toBe(true);
    parent.kill('SIGKILL');
    await hasEnded();
  });

  it.runIf(existsSync(LEASH))('ends the script when it is killed itself', async () => {
    cpSync(LEASH, checkout.path('embedded/src/leash.ts'));
    const running = await startListener();
    running.wrapper.kill('SIGKILL');
    await hasEnded();
  });

  it('says in a sentence what it needs', async () => {
    const old = await checkout.run(['listener.mjs'], asNode('v18.20.0'));
    expect(old).toMatchObject({ code: 1, stdout: '' });
    expect(old.stderr).toMatch(/^This project needs Node 20 or newer, and this is v18.20.0.*\n$/);
    const notEnough = await checkout.run(['listener.mjs'], asNode('v20.19.0'));
    expect(notEnough.code).toBe(1);
    expect(notEnough.stderr).toMatch(/v20.19.0 is too old to run TypeScript: install Node 22.18/);
    expect((await checkout.run([])).stderr).toMatch(/^Usage: /);
  });
});
