import type { Observation } from './types.ts';

/** A good answer of 1.0 after 10 ms, for tests; but for what they say. */
export const seen = (overrides: Partial<Observation> = {}): Observation => ({
  at: 1_800_000_000_000,
  latencyMs: 10,
  kind: 'read-order',
  customer: 0,
  status: 200,
  release: '1.0',
  replica: 'a',
  ok: true,
  wrong: false,
  variant: false,
  ...overrides,
});
