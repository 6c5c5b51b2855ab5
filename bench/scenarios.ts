import type { RequestKind } from './load/requests.ts';
import type { Target } from './world/world.ts';

export type Variant = Target | 'pgbench';

/** What is set side by side: the same requests, sent to each variant in turn, round by round. */
export interface Scenario {
  readonly name: string;
  readonly requests: Exclude<RequestKind, 'mixed'>;
  /** The first one is what the others are set in relation to. */
  readonly variants: readonly [Variant, ...Variant[]];
  /** Also measured at one given rate, where latencies are comparable. */
  readonly openLoop: boolean;
}

const scenarioRow = (
  name: string,
  requests: Scenario['requests'],
  variants: Scenario['variants'],
  openLoop = false,
): Scenario => ({ name, requests, variants, openLoop });

export const scenarios: readonly Scenario[] = [
  scenarioRow('create', 'create', ['bare', 'api', 'pgbench'], true),
  scenarioRow('read', 'read', ['bare', 'api', 'pgbench'], true),
  scenarioRow('read-cached', 'read-hot', ['bare', 'api-cached']),
  scenarioRow('pay', 'pay', ['bare', 'api', 'pgbench']),
  scenarioRow('create-2.0', 'create', ['api', 'api-2.0']),
  scenarioRow('read-2.0', 'read', ['api', 'api-2.0']),
];

/** What the project wants to reach, as a ratio to the scenario's first variant. */
export interface Goal {
  readonly scenario: string;
  readonly variant: Variant;
  readonly loop: 'closed' | 'open';
  readonly figure: 'requestsPerSecond' | 'p99Ms';
  readonly holds: { readonly atLeast: number } | { readonly atMost: number };
  /** Better than what has to hold. */
  readonly aim?: number;
}

const throughput = (scenario: string, variant: Variant, atLeast: number): Goal => ({
  scenario,
  variant,
  loop: 'closed',
  figure: 'requestsPerSecond',
  holds: { atLeast },
});

const p99 = (scenario: string): Goal => ({
  scenario,
  variant: 'api',
  loop: 'open',
  figure: 'p99Ms',
  holds: { atMost: 1 },
});

export const goals: readonly Goal[] = [
  { ...throughput('create', 'api', 0.95), aim: 1.2 },
  throughput('read', 'api', 0.9),
  throughput('read-cached', 'api-cached', 1.5),
  p99('create'),
  p99('read'),
  throughput('create-2.0', 'api-2.0', 0.97),
  throughput('read-2.0', 'api-2.0', 0.97),
];

/** In each round another one begins: whoever is always last has the largest tables. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const at = round % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
