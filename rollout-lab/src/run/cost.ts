import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Load } from '../load/types.ts';
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
 * Watches what the lab itself takes. The memory of its process is taken after a collection, before
 * the first and after the last measured request; in between the collector is left alone. Processor
 * time is that of each thread, over the time in which requests were sent.
 */
export class CostWatch {
  readonly #load: Load;
  readonly #start: NodeJS.MemoryUsage;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor(load: Load) {
    this.#load = load;
    collect();
    this.#start = process.memoryUsage();
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
    const summary = this.#load.summary();
    return {
      rssStartMib: mib(this.#start.rss),
      rssEndMib: mib(end.rss),
      rssPeakMib: mib(this.#peak),
      heapStartMib: mib(this.#start.heapUsed),
      heapEndMib: mib(end.heapUsed),
      routerCores: null,
      generatorCores: summary === null ? null : summary.cpuMs / summary.elapsedMs,
    };
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
