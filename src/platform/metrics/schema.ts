import { Counter, Gauge, type Registry } from 'prom-client';

export function schemaMetrics(registers: Registry[]) {
  return {
    oldColumnReads: new Counter({
      name: 'schema_old_column_reads_total',
      help: 'Statements that read a column which the change drops.',
      labelNames: ['change'] as const,
      registers,
    }),
    oldColumnWrites: new Counter({
      name: 'schema_old_column_writes_total',
      help: 'Statements that write a column which the change drops.',
      labelNames: ['change'] as const,
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
      labelNames: ['change'] as const,
      registers,
    }),
    shadowMismatches: new Counter({
      name: 'schema_shadow_mismatches_total',
      help: 'Rows whose two shapes say different things; kind "unfilled" has no new value yet.',
      labelNames: ['change', 'kind'] as const,
      registers,
    }),
    phaseRequests: new Counter({
      name: 'schema_phase_requests_total',
      help: 'Requests by the phase that was decided for them in each change.',
      labelNames: ['change', 'phase'] as const,
      registers,
    }),
    backfillProgress: new Gauge({
      name: 'schema_backfill_progress_ratio',
      help: 'Share of a change that its backfill has done, at the last look; 1 once it is finished.',
      labelNames: ['change'] as const,
      registers,
    }),
  };
}
