import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Histogram } from 'hdr-histogram-js';
import { withPrecedence } from '../../../load-tests/runner/find-k6.ts';
import { latencyHistogram, record } from '../metrics/histogram.ts';
import { exited, ProcessFailedError, Words } from '../world/processes.ts';

const script = fileURLToPath(new URL('../../../load-tests/k6/check-load.ts', import.meta.url));

/** As the lab's own: for connections and compilers. */
const warmUpSeconds = 2;

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
