import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { threadOptions } from '../threads/limits.ts';
import { ask, type Line } from '../threads/line.ts';
import { PortTakenError, validatePools } from './errors.ts';
import type { Pool, Router, RouterOptions, RouterStats } from './types.ts';

/** To the router's thread; each is answered, but for the last one with nothing. */
export type Question =
  | { readonly type: 'set'; readonly pools: readonly Pool[] }
  | { readonly type: 'phase'; readonly name: string }
  | { readonly type: 'stats' };

/** What the router's thread begins with. */
export interface RouterStart {
  readonly options: RouterOptions;
  readonly line: Line;
}

/** The first word from the router's thread; the next one is that it has closed. */
export type FromRouter =
  | { readonly type: 'listening'; readonly url: string; readonly port: number }
  | { readonly type: 'port taken'; readonly port: number };

/**
 * Starts the router in a thread of its own, so that work on this one delays no request: see `serve`.
 * Rejects with PortTakenError.
 */
export async function startRouter(options: RouterOptions = {}): Promise<Router> {
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const start: RouterStart = { options, line: { port: port2, answered } };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    ...threadOptions,
    workerData: start,
    transferList: [port2],
  });
  const heard = once(worker, 'message') as Promise<[FromRouter]>;
  const [begun] = await heard;
  if (begun.type === 'port taken') {
    await worker.terminate();
    throw new PortTakenError(begun.port);
  }
  const line: Line = { port: port1, answered };
  const call = (question: Question) => ask('the router', line, question);
  return {
    url: begun.url,
    publicUrl: begun.url,
    port: begun.port,
    async set(pools) {
      validatePools(pools);
      call({ type: 'set', pools: pools.map(plain) });
    },
    async phase(name) {
      call({ type: 'phase', name });
    },
    stats: () => call({ type: 'stats' }) as RouterStats,
    async close() {
      const closed = once(worker, 'message');
      worker.postMessage('close');
      await closed;
      await worker.terminate();
      port1.close();
    },
  };
}

/** Only what the router needs: whatever else a replica is may not go to another thread. */
const plain = ({ release, weight, replicas }: Pool): Pool => ({
  release,
  weight,
  replicas: replicas.map(({ id, url, release: own }) => ({
    id,
    url,
    ...(own !== undefined && { release: own }),
  })),
});
