import { Gauge, type Registry } from 'prom-client';

export function flagMetrics(registers: Registry[]) {
  return {
    flagsKnown: new Gauge({
      name: 'flags_known',
      help: '1 once the replica knows a state of the flags.',
      registers,
    }),
    flagsLastContact: new Gauge({
      name: 'flags_last_contact_timestamp_seconds',
      help: 'When the flag server last answered, in seconds since 1970; 0 before it ever has.',
      registers,
    }),
  };
}
