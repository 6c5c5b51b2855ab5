import type { Registry } from 'prom-client';
import { counterOf } from './known-labels.ts';

export function idempotencyMetrics(registers: Registry[]) {
  return {
    idempotencyRequests: counterOf({
      name: 'idempotency_requests_total',
      help: 'Requests with an Idempotency-Key by what the key stood for.',
      label: 'outcome',
      values: ['new', 'replayed', 'resumed', 'reused', 'in-progress'],
      registers,
    }),
  };
}
