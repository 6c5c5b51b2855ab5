import { Worker } from 'node:worker_threads';
import type { Observation } from '../metrics/types.ts';
import { threadOptions } from '../threads/limits.ts';
import type { FromWorker, Load, LoadConfig, LoadSummary } from './types.ts';

/** A load that cannot be sent as configured; `problems` names every wrong field. */
export class LoadConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the load cannot run: ${problems.join('; ')}`);
    this.name = 'LoadConfigError';
    this.problems = problems;
  }
}

function validate(config: LoadConfig): void {
  const { rate, customers, skus, seeded } = config;
  const rules: Array<[holds: boolean, problem: string]> = [
    [Number.isFinite(rate) && rate > 0, `rate is ${rate}: allowed is a number above 0`],
    [customers.length > 0, 'customers is empty'],
    [skus.length > 0, 'skus is empty'],
    [
      seeded.count === 0 || (seeded.customers > 0 && seeded.customers <= customers.length),
      `seeded.customers is ${seeded.customers}: allowed is 1 to ${customers.length}`,
    ],
  ];
  const problems = rules.filter(([holds]) => !holds).map(([, problem]) => problem);
  if (problems.length > 0) throw new LoadConfigError(problems);
}

/**
 * Starts the load in a thread of its own, so that work on this one does not delay its clock.
 * `onBatch` gets what was answered, about every 100 ms. Rejects with LoadConfigError, or when the
 * told file cannot be opened.
 */
export async function startLoad(
  config: LoadConfig,
  onBatch: (batch: Observation[]) => void,
): Promise<Load> {
  validate(config);
  const options = { ...threadOptions, workerData: config };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), options);
  const ready = Promise.withResolvers<void>();
  const done = Promise.withResolvers<LoadSummary>();
  let latest: LoadSummary | null = null;
  const died = (error: unknown) => {
    ready.reject(error);
    done.reject(error);
  };
  // Whoever calls stop() learns of it; until then it is not an unhandled rejection.
  done.promise.catch(() => {});
  worker.on('error', died);
  worker.on('exit', (code) => died(new Error(`the load's thread ended with ${code}`)));
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'batch') return onBatch(message.batch);
    if (message.type === 'ready') return ready.resolve();
    latest = message.summary;
    if (message.type === 'done') done.resolve(message.summary);
  });
  await ready.promise;
  return {
    summary: () => latest,
    stop: async () => {
      worker.postMessage('stop');
      const summary = await done.promise;
      await worker.terminate();
      return summary;
    },
  };
}
