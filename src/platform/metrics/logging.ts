import { Counter, type Registry } from 'prom-client';

export function loggingMetrics(registers: Registry[]) {
  return {
    logLinesDropped: new Counter({
      name: 'log_lines_dropped_total',
      help: 'Log lines that were lost because standard output was not read.',
      registers,
    }),
  };
}
