import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import pg from 'pg';
import { ProcessFailedError } from '../world/processes.ts';
import type { Filled, FillOptions } from './filled.ts';
import { schemaCli } from './world.ts';

/** As `npm run schema` has it: V8's young generation grows by itself otherwise, with any work. */
const nodeOptions = '--max-semi-space-size=1';
/** Often enough for the moment of its first session; too seldom to be felt. */
const lookMs = 50;

const sessionSql = `
  SELECT min(backend_start) AS since FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'scaleretail/schema'`;

/**
 * Runs `schema backfill --json` as a process of its own, as a user does. Its time counts from its
 * first session on the database to its end: what Node takes to start is the same for any number of
 * rows and would flatter the larger ones.
 *
 * @throws {ProcessFailedError} when it ends with another code than 0 before it was told to stop.
 */
export async function runEngine(options: FillOptions): Promise<Filled> {
  const args = ['backfill', '--json', ...options.engineOptions];
  const watcher = new pg.Client(options.databaseUrl);
  await watcher.connect();
  const env = {
    DATABASE_URL: options.databaseUrl,
    METRICS_URLS: options.replicas.map((url) => `${url}/metrics`).join(','),
    NODE_OPTIONS: nodeOptions,
  };
  const child = spawnNode(schemaCli, { args, env });
  const words = collectWords(child);
  const exited = once(child, 'exit').then(([code]) => ({ code, at: Date.now() }));
  let stopped = false;
  const stop = setTimeout(
    () => {
      stopped = true;
      child.kill('SIGTERM');
    },
    Math.min(options.limitSeconds * 1000, 2 ** 31 - 1),
  );
  try {
    const seen = await watch(child, watcher);
    const { code, at } = await exited;
    if (code !== 0 && !stopped) throw new ProcessFailedError(`schema ${args.join(' ')}`, words);
    if (seen === null) throw new ProcessFailedError('backfill', ['it ended before it was seen']);
    return { seconds: (at - seen.since.getTime()) / 1000, rssMib: seen.rssMib };
  } finally {
    clearTimeout(stop);
    child.kill('SIGKILL');
    await watcher.end();
  }
}

function collectWords(child: ChildProcess): string[] {
  const words: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    if (output === null) continue;
    createInterface({ input: output }).on('line', (line) => {
      words.push(line);
      if (words.length > 20) words.shift();
    });
  }
  return words;
}

interface Seen {
  readonly since: Date;
  readonly rssMib: { readonly start: number; readonly peak: number };
}

/** Looks at the process until it ends. Null: it was never seen with a session. */
async function watch(child: ChildProcess, watcher: pg.Client): Promise<Seen | null> {
  let since: Date | null = null;
  let start: number | undefined;
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    if (since === null) {
      const { rows } = await watcher.query<{ since: Date | null }>(sessionSql);
      since = rows[0]?.since ?? null;
    }
    const memory = memoryOf(child.pid);
    if (since !== null && memory !== null) {
      start ??= memory.now;
      peak = memory.peak;
    }
    await sleep(lookMs);
  }
  return since === null || start === undefined ? null : { since, rssMib: { start, peak } };
}

/** Resident memory of a process in MiB, now and at the most so far; null when it is gone. */
function memoryOf(pid: number | undefined): { now: number; peak: number } | null {
  try {
    return parseMemory(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return null;
  }
}

/** VmRSS and VmHWM of proc_pid_status(5). */
export function parseMemory(status: string): { now: number; peak: number } | null {
  const now = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  if (now === undefined || peak === undefined) return null;
  return { now: Number(now) / 1024, peak: Number(peak) / 1024 };
}
