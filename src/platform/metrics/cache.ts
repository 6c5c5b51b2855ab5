import { Gauge, type Registry } from 'prom-client';
import { counterOf } from './known-labels.ts';

export function cacheMetrics(registers: Registry[]) {
  return {
    cacheLookups: counterOf({
      name: 'cache_lookups_total',
      help: 'Cache look-ups by outcome: hit, miss, error, bypassed while Redis is not trusted.',
      label: 'outcome',
      values: ['hit', 'miss', 'error', 'bypassed'],
      registers,
    }),
    cacheTrusted: new Gauge({
      name: 'cache_trusted',
      help: '1 while Redis answers and has received every invalidation of this replica.',
      registers,
    }),
    cacheUnsent: new Gauge({
      name: 'cache_unsent_invalidations',
      help: 'Keys that Redis has yet to be told to forget.',
      registers,
    }),
  };
}
