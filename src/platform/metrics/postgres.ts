import { Histogram, type Registry } from 'prom-client';

/** Edges in seconds: a free connection takes microseconds, a full pool up to the acquire timeout. */
const acquireBuckets = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

export function postgresMetrics(registers: Registry[]) {
  return {
    poolAcquire: new Histogram({
      name: 'postgres_pool_acquire_duration_seconds',
      help: 'Time that a transaction or a single statement waited for a connection.',
      buckets: acquireBuckets,
      registers,
    }),
  };
}
