import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { durationBuckets } from './buckets.ts';
import { counterOf } from './known-labels.ts';

export function paymentMetrics(registers: Registry[]) {
  return {
    gatewayCalls: new Histogram({
      name: 'gateway_call_duration_seconds',
      help: 'Single tries to call the payment gateway, by operation and outcome.',
      labelNames: ['operation', 'outcome'] as const,
      buckets: durationBuckets,
      registers,
    }),
    gatewayRetries: counterOf({
      name: 'gateway_retries_total',
      help: 'Tries that repeated an earlier one of the same call to the payment gateway.',
      label: 'operation',
      values: ['charge', 'refund'],
      registers,
    }),
    gatewayBreaker: new Gauge({
      name: 'gateway_breaker_state',
      help: 'Circuit breaker of the payment gateway: 0 closed, 0.5 half-open, 1 open.',
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
