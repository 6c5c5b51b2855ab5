import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LoadJob } from './thread.ts';
import type { Answer } from './windows.ts';

/** Sends a steady load from a thread of its own until `work` is done or fails. */
export async function underLoad<T>(
  job: LoadJob,
  work: () => Promise<T>,
): Promise<{ done: T; answers: readonly Answer[] }> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: job });
  const told = once(worker, 'message') as Promise<[Answer[]]>;
  told.catch(() => {}); // a thread that fails meanwhile is heard of below
  try {
    const done = await work();
    worker.postMessage('stop');
    const [answers] = await told;
    return { done, answers };
  } finally {
    await worker.terminate();
  }
}
