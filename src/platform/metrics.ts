import { collectDefaultMetrics, Registry } from 'prom-client';
import { authMetrics } from './metrics/auth.ts';
import { cacheMetrics } from './metrics/cache.ts';
import { flagMetrics } from './metrics/flags.ts';
import { httpMetrics } from './metrics/http.ts';
import { idempotencyMetrics } from './metrics/idempotency.ts';
import { paymentMetrics } from './metrics/payments.ts';
import { postgresMetrics } from './metrics/postgres.ts';
import { schemaMetrics } from './metrics/schema.ts';
import { telemetryMetrics } from './metrics/telemetry.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics of one replica, each with the label `release`. docs/operations.md explains them. */
export function createMetrics(release: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ release });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    ...httpMetrics(registers),
    ...authMetrics(registers),
    ...idempotencyMetrics(registers),
    ...paymentMetrics(registers),
    ...postgresMetrics(registers),
    ...schemaMetrics(registers),
    ...cacheMetrics(registers),
    ...flagMetrics(registers),
    ...telemetryMetrics(registers),
  };
}
