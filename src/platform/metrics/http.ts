import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { durationBuckets } from './buckets.ts';
import { counterOf } from './known-labels.ts';

export function httpMetrics(registers: Registry[]) {
  return {
    requests: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer.',
      labelNames: ['route', 'method', 'status'] as const,
      buckets: durationBuckets,
      registers,
    }),
    requestsInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests that are being answered at this moment.',
      registers,
    }),
    requestsAborted: new Counter({
      name: 'http_requests_aborted_total',
      help: 'Requests whose client left before it had the whole answer.',
      registers,
    }),
    shed: counterOf({
      name: 'http_shed_total',
      help: 'Requests refused because the replica was overloaded, by reason.',
      label: 'reason',
      values: ['event-loop-delay', 'heap', 'rss'],
      registers,
    }),
    rateLimited: new Counter({
      name: 'http_rate_limited_total',
      help: 'Requests refused because their customer had sent enough in the window.',
      registers,
    }),
    unreadableRequests: counterOf({
      name: 'http_unreadable_requests_total',
      help: 'Bytes that were no HTTP request or not a whole one, by the status of the answer.',
      label: 'status',
      values: ['400', '408', '431'],
      registers,
    }),
  };
}
