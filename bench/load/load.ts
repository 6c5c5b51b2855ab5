import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RequestSource } from './requests.ts';
import type { Sample } from './sample.ts';
import type { Job } from './worker.ts';

export interface Measured {
  readonly sample: Sample;
  /** Requests that were made, those of the warm-up too. */
  readonly sent: number;
}

/** The load has a thread of its own, kept for the whole run: its code stays warm between rounds. */
export class Load {
  readonly #worker: Worker;
  #jobs = 0;

  constructor(source: Pick<RequestSource, 'shop' | 'tokens'>) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: source });
  }

  /** Rejects with what the thread ended of. One at a time. */
  async measure(job: Omit<Job, 'id' | 'keyPrefix'>): Promise<Measured> {
    this.#jobs += 1;
    const id = this.#jobs;
    this.#worker.postMessage({ ...job, id, keyPrefix: `${process.pid}-${Date.now()}-${id}` });
    const [measured] = (await once(this.#worker, 'message')) as [Measured];
    return measured;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
