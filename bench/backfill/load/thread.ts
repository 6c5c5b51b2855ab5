import { parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import { pace } from '../../load/pace.ts';
import type { RequestSource } from '../../load/requests.ts';
import { shopRequest } from './requests.ts';
import type { Answer } from './windows.ts';

export interface LoadJob extends Omit<RequestSource, 'payableFrom'> {
  readonly urls: readonly string[];
  /** Requests a second over all of them. */
  readonly rate: number;
}

/** More than are ever busy: no request waits for a connection. */
const maxConnections = 256;
/** Longer than any answer of the service takes, so that an answer counts as what it is. */
const patienceMs = 60_000;

const job = workerData as LoadJob;
const pools = job.urls.map((url) => new Pool(url, { connections: maxConnections }));
const answers: Answer[] = [];
let stopped = false;
let sent = 0;
parentPort?.once('message', () => {
  stopped = true;
});

/** @param due by this thread's clock; what is kept is comparable between threads. */
async function send(due: number): Promise<void> {
  const k = sent;
  sent += 1;
  const at = performance.timeOrigin + due;
  const failure = await failureOf(k);
  answers.push({ at, ms: performance.now() - due, ...(failure !== null && { failure }) });
}

/** Why the k-th request failed; null when it did not. */
async function failureOf(k: number): Promise<string | null> {
  try {
    const pool = pools[k % pools.length];
    const timeouts = { headersTimeout: patienceMs, bodyTimeout: patienceMs };
    const answer = await pool?.request({ ...shopRequest(k, job), ...timeouts });
    const body = await answer?.body.text();
    const status = answer?.statusCode ?? 0;
    return status >= 200 && status < 300 ? null : `HTTP ${status} ${body}`;
  } catch (error) {
    return String(error);
  }
}

await pace({ start: performance.now(), rate: job.rate, send, more: () => !stopped });
await Promise.all(pools.map((pool) => pool.close()));
parentPort?.postMessage(answers);
