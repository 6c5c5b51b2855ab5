import { fileURLToPath } from 'node:url';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import type { SeededSpec } from '../load/seeded-orders.ts';
import type { LoadConfig } from '../load/types.ts';
import { startRouter } from '../router/router.ts';
import type { Router } from '../router/types.ts';
import { waitUntil } from '../run/wait.ts';
import { addressOf, end } from '../world/processes.ts';
import type { Delays } from './delays.ts';

const script = fileURLToPath(new URL('./target-process.ts', import.meta.url));
const seeded: SeededSpec = { count: 10_000, customers: 2_000 };

/** As many as a run has; all of them are the same process. */
const replicas = 4;
/** A signed token of the lab has about so many characters. */
export const token = 'x'.repeat(300);

/** Something to send the lab's load to, whose latency is known: a process of its own. */
export interface Target {
  /** The process itself. */
  readonly url: string;
  /** In front of it. */
  readonly router: Router;
  /** A load on it, on either of the two. */
  load(url: string, rate: number, toldFile: string): LoadConfig;
  close(): Promise<void>;
}

/** Starts a target and a router in front of it. @throws {ProcessFailedError} */
export async function startTarget(delays: Delays | null, signal: AbortSignal): Promise<Target> {
  const child = spawnNode(script, {
    env: {
      SEEDED: String(seeded.count),
      MEDIAN_MS: String(delays?.medianMs ?? 0),
      SIGMA: String(delays?.sigma ?? 0),
    },
  });
  const url = await addressOf(child, 'the target');
  const router = await routerBefore(url, signal);
  return {
    url,
    router,
    load: (to, rate, toldFile) => ({ ...loadOf(to, rate), toldFile }),
    async close() {
      await router.close();
      await end(child, 5_000);
    },
  };
}

async function routerBefore(url: string, signal: AbortSignal): Promise<Router> {
  const router = await startRouter();
  const all = Array.from({ length: replicas }, (_, n) => ({ id: `target${n}`, url }));
  await router.set([{ release: '1.0', weight: 100, replicas: all }]);
  const what = 'the router sees the target ready';
  const ready = () => router.stats().replicas.every((replica) => replica.ready);
  await waitUntil(ready, { what, withinMs: 30_000, everyMs: 20, signal });
  return router;
}

function loadOf(target: string, rate: number): Omit<LoadConfig, 'toldFile'> {
  return {
    target,
    rate,
    seed: 1,
    customers: Array.from({ length: seeded.customers }, (_, n) => ({ id: `customer-${n}`, token })),
    skus: ['sku-1', 'sku-2'],
    seeded,
  };
}
