import { isDeepStrictEqual } from 'node:util';

/** What all runs of a comparison have in common: results under others cannot be put beside them. */
export interface ComparisonOptions {
  readonly profile: string;
  readonly rate: number;
  readonly seedOrders: number;
  readonly seed: string;
  readonly costPerHour: number;
  readonly change: string;
  readonly repeat: number;
  /** Names of the combinations. */
  readonly combinations: readonly string[];
}

/** What is different, a phrase each. */
export function differences(before: ComparisonOptions, now: ComparisonOptions): string[] {
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.entries(now)
    .filter(([name, value]) => !isDeepStrictEqual(was.get(name), value))
    .map(([name, value]) => `${name} was ${text(was.get(name))} and is ${text(value)}`);
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
