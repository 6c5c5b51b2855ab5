import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Timing } from './load/closed-loop.ts';
import { Recorder, type Sample } from './load/sample.ts';
import { ProcessFailedError } from './world/processes.ts';
import { firstPayable, type Shop } from './world/shop.ts';

export const pgbenchHint = 'pgbench is not installed: apt-get install postgresql (Debian)';

const debianFolder = '/usr/lib/postgresql';

/** pgbench from the path, or where Debian keeps it outside of it; null when there is none. */
export function findPgbench(): string | null {
  if (spawnSync('pgbench', ['--version']).status === 0) return 'pgbench';
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder).sort().reverse() : [];
  const found = versions.map((version) => join(debianFolder, version, 'bin', 'pgbench'));
  return found.find((program) => existsSync(program)) ?? null;
}

/** One transaction of pgbench's log: when it ended and how long it took. */
interface Entry {
  readonly endedAtMs: number;
  readonly latencyMs: number;
}

/**
 * Reads the log that `pgbench --log` writes: client, number, latency in µs, script, seconds and
 * microseconds since 1970. Logs of several threads are simply put together.
 */
export function parseLog(text: string): Entry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, , us, , seconds, micros] = line.split(' ').map(Number);
      const endedAtMs = (seconds ?? Number.NaN) * 1000 + (micros ?? Number.NaN) / 1000;
      return { endedAtMs, latencyMs: (us ?? Number.NaN) / 1000 };
    });
}

/** What is left of a log without its warm-up. Its start is when the first transaction began. */
export function sampleOf(log: readonly Entry[], timing: Timing): Sample {
  const recorder = new Recorder();
  const start = log.reduce((least, e) => Math.min(least, e.endedAtMs - e.latencyMs), Infinity);
  const from = start + timing.warmupSeconds * 1000;
  const until = from + timing.seconds * 1000;
  for (const { endedAtMs, latencyMs } of log) {
    if (endedAtMs < until) recorder.answered(200, latencyMs, endedAtMs >= from);
  }
  return recorder.sample(timing.seconds);
}

export interface PgbenchJob extends Timing {
  readonly program: string;
  readonly script: 'create' | 'read' | 'pay';
  readonly databaseUrl: string;
  readonly shop: Shop;
  readonly payableFrom: number;
}

/** @throws {ProcessFailedError} with pgbench's last words. */
export async function runPgbench(job: PgbenchJob): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'scaleretail-pgbench-'));
  try {
    await execute(job, folder);
    const logs = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    return sampleOf(parseLog(logs.join('')), job);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function execute(job: PgbenchJob, folder: string): Promise<void> {
  const variables = {
    products: job.shop.products,
    customers: job.shop.customers,
    orders: job.shop.orders,
    clients: job.connections,
    firstPayable: firstPayable + job.payableFrom,
    turn: -1,
  };
  const script = fileURLToPath(new URL(`./pgbench/${job.script}.sql`, import.meta.url));
  const args = [
    ...['--no-vacuum', '--protocol=prepared', '--log', `--log-prefix=${join(folder, 'log')}`],
    `--client=${job.connections}`,
    `--time=${Math.ceil(job.warmupSeconds + job.seconds)}`,
    ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
    `--file=${script}`,
  ];
  const child = spawn(job.program, args, {
    env: { PATH: process.env.PATH ?? '', ...connectionEnv(job.databaseUrl) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words: string[] = [];
  for (const output of [child.stdout, child.stderr])
    output.on('data', (d) => words.push(String(d)));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new ProcessFailedError('pgbench', words);
}

/** Not on the command line, where everybody on the machine can read the password. */
function connectionEnv(databaseUrl: string): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  return {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
}
