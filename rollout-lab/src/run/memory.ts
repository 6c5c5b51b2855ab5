import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LabCost } from './result.ts';

const everyMs = 500;

const mib = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 10) / 10;

/** Collects garbage, so that what is left is what the process really holds. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
}

/**
 * Watches the memory of the lab's own process. What it holds is taken after a collection, before
 * the first and after the last measured request; in between the collector is left alone.
 */
export class MemoryWatch {
  readonly #start: NodeJS.MemoryUsage;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor() {
    collect();
    this.#start = process.memoryUsage();
    this.#timer = setInterval(() => this.#sample(), everyMs).unref();
  }

  stop(): LabCost {
    clearInterval(this.#timer);
    this.#sample();
    collect();
    const end = process.memoryUsage();
    return {
      rssStartMib: mib(this.#start.rss),
      rssEndMib: mib(end.rss),
      rssPeakMib: mib(this.#peak),
      heapStartMib: mib(this.#start.heapUsed),
      heapEndMib: mib(end.heapUsed),
      routerCores: null,
      generatorCores: null,
    };
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
