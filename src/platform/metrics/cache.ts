import type { Registry } from 'prom-client';
import { counterOf } from './known-labels.ts';

export function cacheMetrics(registers: Registry[]) {
  return {
    cacheLookups: counterOf({
      name: 'cache_lookups_total',
      help: 'Cache look-ups by outcome: hit, miss, error.',
      label: 'outcome',
      values: ['hit', 'miss', 'error'],
      registers,
    }),
  };
}
