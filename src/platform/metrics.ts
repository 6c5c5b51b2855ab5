import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Edges in seconds: dense where an answer of this service usually lies (1 to 50 ms). */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics of one replica, each with the label `release`. */
export function createMetrics(release: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ release });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the end of its answer.',
      labelNames: ['route', 'method', 'status'] as const,
      buckets: durationBuckets,
      registers,
    }),
    shed: new Counter({
      name: 'http_shed_total',
      help: 'Requests refused because the replica was overloaded, by reason: event-loop-delay, heap, rss.',
      labelNames: ['reason'] as const,
      registers,
    }),
    oldColumnReads: new Counter({
      name: 'schema_old_column_reads_total',
      help: 'Statements that read a column which the change drops.',
      registers,
    }),
    oldColumnWrites: new Counter({
      name: 'schema_old_column_writes_total',
      help: 'Statements that write a column which the change drops.',
      registers,
    }),
    rightsDenied: new Counter({
      name: 'schema_rights_denied_total',
      help: 'Statements refused with SQLSTATE 42501: during a brownout, a forgotten user.',
      registers,
    }),
    shadowCompared: new Counter({
      name: 'schema_shadow_compared_total',
      help: 'Rows of which both shapes were read and compared.',
      registers,
    }),
    shadowMismatches: new Counter({
      name: 'schema_shadow_mismatches_total',
      help: 'Rows whose two shapes say different things; kind "unfilled" has no new value yet.',
      labelNames: ['kind'] as const,
      registers,
    }),
    phaseRequests: new Counter({
      name: 'schema_phase_requests_total',
      help: 'Requests by the phase that was decided for them.',
      labelNames: ['phase'] as const,
      registers,
    }),
    cacheLookups: new Counter({
      name: 'cache_lookups_total',
      help: 'Cache look-ups by outcome: hit, miss, error.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    gatewayCalls: new Histogram({
      name: 'gateway_call_duration_seconds',
      help: 'Calls to the payment gateway by outcome.',
      labelNames: ['outcome'] as const,
      buckets: durationBuckets,
      registers,
    }),
    keyFileChanges: new Counter({
      name: 'auth_key_file_changes_total',
      help: 'Changes of the key file by outcome: taken, or broken (the keys before it still count).',
      labelNames: ['outcome'] as const,
      registers,
    }),
    flagsKnown: new Gauge({
      name: 'flags_known',
      help: '1 once the replica knows a state of the flags.',
      registers,
    }),
  };
}
