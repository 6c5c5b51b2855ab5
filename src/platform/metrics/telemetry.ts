import { Counter, type Registry } from 'prom-client';

export function telemetryMetrics(registers: Registry[]) {
  return {
    logLinesDropped: new Counter({
      name: 'log_lines_dropped_total',
      help: 'Log lines that were lost because standard output was not read.',
      registers,
    }),
    traceExportFailures: new Counter({
      name: 'trace_export_failures_total',
      help: 'Batches of spans that the collector did not take; they are dropped.',
      registers,
    }),
  };
}
