import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Who is told to end: the whole foreground group, as by Ctrl-C, or one process, as by `kill`. */
type Target = 'group' | 'runner' | 'lab';

interface Demo {
  readonly runner: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly output: () => string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function startDemo(out: string): Promise<Demo> {
  const port = await freePort();
  const options = [
    'demo',
    '--quick',
    '--seed-orders',
    '2000',
    '--port',
    String(port),
    '--page-port',
    '0',
  ];
  options.push('--out', out);
  const runner = spawn('node', ['scripts/run.mjs', 'rollout-lab/src/main.ts', ...options], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [runner.stdout, runner.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  if (runner.pid === undefined) throw new Error('the demo did not start');
  return { runner, pid: runner.pid, port, output: () => text };
}

/** Field 4 of proc_pid_stat(5), by process. */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state !== 'Z') found.set(Number(name), Number(parent));
    } catch {
      // It ended while we were looking.
    }
  }
  return found;
}

function descendants(pid: number): number[] {
  const all = parents();
  const family = new Set([pid]);
  for (let grew = true; grew; ) {
    const before = family.size;
    for (const [child, parent] of all) if (family.has(parent)) family.add(child);
    grew = family.size > before;
  }
  return [...family];
}

function labOf(pid: number): number {
  const [lab] = [...parents()].filter(([, parent]) => parent === pid).map(([child]) => child);
  if (lab === undefined) throw new Error('the lab has not started');
  return lab;
}

/** A busy machine needs longer to come to a moment; to end, nobody gets more than `endMs`. */
const reachMs = 120_000;
const endMs = 40_000;

async function until(condition: () => boolean, what: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`did not come about: ${what}`);
    await sleep(50);
  }
}

/** Run folders that belong to one of the processes; their name has the keeper's process id. */
function foldersOf(pids: readonly number[]): string[] {
  return readdirSync(tmpdir()).filter((name) => {
    const [, pid] = /^scaleretail-pg-(\d+)-/.exec(name) ?? [];
    return pid !== undefined && pids.includes(Number(pid));
  });
}

const moments: readonly { at: string; signal: NodeJS.Signals; target: Target; code: number }[] = [
  { at: 'filling the shop', signal: 'SIGINT', target: 'group', code: 130 },
  { at: 'behind http', signal: 'SIGTERM', target: 'runner', code: 143 },
  { at: '1/14', signal: 'SIGINT', target: 'group', code: 130 },
  { at: '2/14', signal: 'SIGHUP', target: 'runner', code: 129 },
  { at: '3/14', signal: 'SIGKILL', target: 'lab', code: 137 },
  { at: '1 % of customers on 2.0', signal: 'SIGTERM', target: 'lab', code: 143 },
];

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'interrupt-'));
});
afterEach(() => rmSync(out, { recursive: true }));

/** What a run leaves of its result, and no sentence but the signal's own. */
function expectPart(signal: NodeJS.Signals, output: string): void {
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  const part = { complete: false, valid: false, green: false, outcome: 'interrupted' };
  expect(result).toMatchObject({ ...part, candidate: 'healthy', lostOrders: null });
  expect(result.timeline).toEqual(expect.arrayContaining([expect.anything()]));
  expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('**Partial**');
  if (signal === 'SIGKILL') return;
  expect(result.reasons[0]).toBe(`ended before its time by ${signal}`);
  expect(result.timeline.at(-1)).toMatchObject({ type: 'end', outcome: 'interrupted' });
  expect(output.trim().split('\n').at(-1)).toMatch(`stopped (${signal})`);
}

describe.runIf(existsSync('/proc'))('the demo, told to end', () => {
  it.each(moments)(
    'by $signal to the $target at "$at" leaves a part of its result, and no process, port or folder',
    { timeout: 300_000 },
    async ({ at, signal, target, code }) => {
      const demo = await startDemo(out);
      const closed = once(demo.runner, 'close') as Promise<[number | null]>;
      await until(() => demo.output().includes(at), at, reachMs);
      await sleep(randomInt(0, 1_000));
      const family = descendants(demo.pid);
      expect(family.length).toBeGreaterThan(3);
      expect(foldersOf(family)).toHaveLength(1);
      const targets = { group: -demo.pid, runner: demo.pid, lab: labOf(demo.pid) };
      process.kill(targets[target], signal);
      expect((await closed)[0]).toBe(code);
      expectPart(signal, demo.output());
      const ended = () => !family.some((pid) => parents().has(pid));
      await until(ended, 'every process has ended', endMs);
      expect(foldersOf(family)).toEqual([]);
      const again = createServer().listen(demo.port, '127.0.0.1');
      await once(again, 'listening');
      again.close();
    },
  );
});
