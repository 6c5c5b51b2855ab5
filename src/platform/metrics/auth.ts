import type { Registry } from 'prom-client';
import { counterOf } from './known-labels.ts';

export function authMetrics(registers: Registry[]) {
  return {
    keyFileChanges: counterOf({
      name: 'auth_key_file_changes_total',
      help: 'Changes of the key file by outcome: taken, or broken (the keys before it still count).',
      label: 'outcome',
      values: ['taken', 'broken'],
      registers,
    }),
  };
}
