import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Load } from '../load/types.ts';
import { epochMs } from '../metrics/clock.ts';
import { type CpuTime, coresBetween } from '../metrics/cores.ts';
import type { Router } from '../router/types.ts';
import type { LabCost } from './result.ts';

const everyMs = 500;

const mib = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 10) / 10;

interface Used {
  readonly router: CpuTime;
  readonly generator: CpuTime;
}

/** Collects garbage, so that what is left is what the process really holds. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
}

/**
 * Watches what the lab itself takes. The memory of its process is taken after a collection, before
 * the first and after the last measured request; in between the collector is left alone. Processor
 * time is that of each thread, over the time in which requests were sent.
 */
export class CostWatch {
  readonly #load: Load;
  readonly #router: Router;
  readonly #cpuBefore: Used;
  readonly #start: NodeJS.MemoryUsage;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor(load: Load, router: Router) {
    this.#load = load;
    this.#router = router;
    collect();
    this.#start = process.memoryUsage();
    this.#cpuBefore = this.#used();
    this.#timer = setInterval(() => this.#sample(), everyMs).unref();
  }

  /** The last time; only this collects. */
  stop(): LabCost {
    clearInterval(this.#timer);
    this.#sample();
    collect();
    return this.soFar();
  }

  soFar(): LabCost {
    const end = process.memoryUsage();
    const now = this.#used();
    return {
      rssStartMib: mib(this.#start.rss),
      rssEndMib: mib(end.rss),
      rssPeakMib: mib(this.#peak),
      heapStartMib: mib(this.#start.heapUsed),
      heapEndMib: mib(end.heapUsed),
      routerCores: coresBetween(this.#cpuBefore.router, now.router),
      generatorCores: coresBetween(this.#cpuBefore.generator, now.generator),
    };
  }

  #used(): Used {
    const { cpuMs = 0, elapsedMs = 0 } = this.#load.summary() ?? {};
    return {
      router: { cpuMs: this.#router.stats().cpuMs, atMs: epochMs() },
      generator: { cpuMs, atMs: elapsedMs },
    };
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
