import { parentPort, workerData } from 'node:worker_threads';
import { closedLoop, type Timing } from './closed-loop.ts';
import { openLoop } from './open-loop.ts';
import { makeRequest, type RequestKind, type RequestSource } from './requests.ts';

/** One measurement, as it is sent to the thread that makes the load. */
export interface Job extends Timing {
  readonly id: number;
  readonly url: string;
  readonly kind: RequestKind;
  readonly keyPrefix: string;
  readonly payableFrom: number;
  /** Requests a second of an open loop; absent: a closed one. */
  readonly rate?: number;
}

const { shop, tokens } = workerData as Pick<RequestSource, 'shop' | 'tokens'>;

parentPort?.on('message', async (job: Job) => {
  const source = { shop, tokens, keyPrefix: job.keyPrefix, payableFrom: job.payableFrom };
  let k = 0;
  const next = () => {
    const request = makeRequest[job.kind](k, source);
    k += 1;
    return request;
  };
  const sample =
    job.rate === undefined
      ? await closedLoop(job.url, next, job)
      : await openLoop(job.url, next, job, job.rate);
  parentPort?.postMessage({ id: job.id, sample, sent: k });
});
