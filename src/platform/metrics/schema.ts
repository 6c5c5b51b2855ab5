import { Counter, type Registry } from 'prom-client';
import { counterOf } from './known-labels.ts';

export function schemaMetrics(registers: Registry[]) {
  return {
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
    shadowMismatches: counterOf({
      name: 'schema_shadow_mismatches_total',
      help: 'Rows whose two shapes say different things; kind "unfilled" has no new value yet.',
      label: 'kind',
      values: ['unfilled', 'different'],
      registers,
    }),
    phaseRequests: new Counter({
      name: 'schema_phase_requests_total',
      help: 'Requests by the phase that was decided for them.',
      labelNames: ['phase'] as const,
      registers,
    }),
  };
}
