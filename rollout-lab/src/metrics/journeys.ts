import type { Figures } from '../../../load-tests/companion.ts';
import type { Kind, Observation } from './types.ts';

/** What a customer of the load beside does in one journey: see load-tests/k6/journey.ts. */
const journey: readonly (readonly [kind: Kind, times: number])[] = [
  ['create-order', 1],
  ['pay-order', 1],
  ['read-order', 2],
];

/**
 * Latencies of the load's requests as they would be if it sent such journeys: to be held against a
 * generator that does.
 */
export class Journeys {
  readonly #latencies = new Map<Kind, number[]>(journey.map(([kind]) => [kind, []]));

  add(batch: readonly Observation[]): void {
    for (const { kind, latencyMs } of batch) this.#latencies.get(kind)?.push(latencyMs);
  }

  figures(): Figures {
    const weighted = journey
      .flatMap(([kind, times]) => {
        const latencies = this.#latencies.get(kind) ?? [];
        return latencies.map((ms) => ({ ms, weight: times / latencies.length }));
      })
      .toSorted((a, b) => a.ms - b.ms);
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    const at = (share: number) => atWeight(weighted, share * total);
    return { requests: weighted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}

/** The first value up to which there is so much weight. */
function atWeight(
  values: readonly { readonly ms: number; readonly weight: number }[],
  wanted: number,
): number | null {
  let sum = 0;
  for (const { ms, weight } of values) {
    sum += weight;
    if (sum >= wanted - 1e-9) return ms;
  }
  return values.at(-1)?.ms ?? null;
}
