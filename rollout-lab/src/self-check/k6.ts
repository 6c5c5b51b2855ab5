import { spawn } from 'node:child_process';
import { accessSync, constants, createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram, record } from '../metrics/histogram.ts';
import { withPrecedence } from '../threads/priority.ts';
import { exited, ProcessFailedError, Words } from '../world/processes.ts';

const script = fileURLToPath(new URL('../../../load-tests/check-load.js', import.meta.url));

/** As the lab's own: for connections and compilers. */
const warmUpSeconds = 2;

/** k6 is nowhere to be found. */
export class NoK6Error extends Error {
  readonly exitCode = 4;

  constructor(folder: string) {
    super(
      `k6 is not installed: it is looked for in PATH and in ${folder}. ` +
        `With Go: GOBIN=${folder} go install go.k6.io/k6@v1.8.1; or see https://grafana.com/docs/k6/latest/set-up/install-k6/`,
    );
    this.name = 'NoK6Error';
  }
}

/** The path of k6, from PATH or the project's folder of tools. @throws {NoK6Error} */
export function findK6(env: NodeJS.ProcessEnv = process.env): string {
  const tools = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'scaleretail', 'bin');
  const folders = [...(env.PATH ?? '').split(delimiter), tools];
  const found = folders.map((folder) => join(folder, 'k6')).find(isExecutable);
  if (found === undefined) throw new NoK6Error(tools);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface K6Run {
  readonly target: string;
  readonly token: string;
  readonly rate: number;
  readonly seconds: number;
  /** For its files. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** What k6 measured. */
export interface K6Stretch {
  readonly latencies: Histogram;
  readonly failed: number;
  /** Requests that were due and that it had nobody free to send. */
  readonly dropped: number;
}

/** Has k6 send a load for so long, after a warm-up. @throws {ProcessFailedError} */
export async function runK6(k6: string, run: K6Run): Promise<K6Stretch> {
  const file = join(run.folder, 'k6.csv');
  const [command, args] = withPrecedence(k6, ['run', '--quiet', '--no-usage-report']);
  const child = spawn(command, [...args, '--out', `csv=${file}`, script], {
    env: {
      PATH: process.env.PATH ?? '',
      TARGET: run.target,
      TOKEN: run.token,
      RATE: String(run.rate),
      SECONDS: String(warmUpSeconds + run.seconds),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words = new Words(child);
  const stop = () => void child.kill();
  run.signal.addEventListener('abort', stop, { once: true });
  const how = await exited(child);
  run.signal.removeEventListener('abort', stop);
  run.signal.throwIfAborted();
  if (how !== 'exit code 0') throw new ProcessFailedError('k6', `failed (${how})`, words.last);
  return readCsv(createInterface({ input: createReadStream(file) }));
}

/** k6's own rows, `metric,second,value,…`: http_req_duration in ms, failures and drops as counts. */
export async function readCsv(lines: AsyncIterable<string>): Promise<K6Stretch> {
  const latencies = latencyHistogram();
  let [failed, dropped, begun] = [0, 0, Number.POSITIVE_INFINITY];
  for await (const line of lines) {
    const [metric, second, value] = line.split(',', 3);
    if (metric === 'http_req_failed') failed += Number(value);
    if (metric === 'dropped_iterations') dropped += Number(value);
    if (metric !== 'http_req_duration') continue;
    begun = Math.min(begun, Number(second));
    if (Number(second) >= begun + warmUpSeconds) record(latencies, Number(value));
  }
  return { latencies, failed, dropped };
}
