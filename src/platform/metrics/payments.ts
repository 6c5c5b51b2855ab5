import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { durationBuckets } from './buckets.ts';

export function paymentMetrics(registers: Registry[]) {
  return {
    gatewayCalls: new Histogram({
      name: 'gateway_call_duration_seconds',
      help: 'Calls to the payment gateway by outcome.',
      labelNames: ['outcome'] as const,
      buckets: durationBuckets,
      registers,
    }),
    paymentsPending: new Gauge({
      name: 'payments_pending',
      help: 'Payments and refunds in the database that wait for the gateway, at the last look.',
      labelNames: ['kind'] as const,
      registers,
    }),
    oldestPendingSeconds: new Gauge({
      name: 'payments_oldest_pending_seconds',
      help: 'Age of the oldest payment or refund that waits for the gateway; 0 when none does.',
      labelNames: ['kind'] as const,
      registers,
    }),
    reconciled: new Counter({
      name: 'payments_reconciled_total',
      help: 'Payments and refunds that the reconciler took over, by what became of them.',
      labelNames: ['kind', 'outcome'] as const,
      registers,
    }),
  };
}
