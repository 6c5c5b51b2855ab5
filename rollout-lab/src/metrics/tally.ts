import { curveOf } from './curve.ts';
import { latencyHistogram, percentile, record } from './histogram.ts';
import type { Curve, Observation, Stats } from './types.ts';

/** A customer would call it bad: a failed answer or a wrong one. */
export const isBad = ({ ok, wrong }: Observation): boolean => !ok || wrong;

/** The connection broke before a whole answer; the router says so in the replica's place. */
export const isDrop = ({ status, error }: Observation): boolean =>
  error === 'upstream_failed' || (status === 0 && error !== 'TimeoutError');

/** When the customer got the answer, epoch ms. */
export const answeredAt = ({ at, latencyMs }: Observation): number => at + latencyMs;

const earlier = (a: number | null, b: number): number => (a === null ? b : Math.min(a, b));
const later = (a: number | null, b: number): number => (a === null ? b : Math.max(a, b));

/** Adds requests up, in memory that depends on the number of customers and not on the requests. */
export class Tally {
  readonly #latencies = latencyHistogram();
  readonly #customers = new Set<number>();
  readonly #hit = new Set<number>();
  #failed = 0;
  #wrong = 0;
  #firstBadAt: number | null = null;
  #lastBadAt: number | null = null;
  #lastAnswerAt: number | null = null;
  #answeredSinceBad = 0;
  #answeredWhileBad = 0;

  /** In the order in which the answers came. */
  add(observation: Observation): void {
    record(this.#latencies, observation.latencyMs);
    this.#customers.add(observation.customer);
    this.#lastAnswerAt = later(this.#lastAnswerAt, answeredAt(observation));
    if (this.#firstBadAt !== null || isBad(observation)) this.#answeredSinceBad++;
    if (isBad(observation)) this.#addBad(observation);
  }

  stats(): Stats {
    return {
      requests: this.#latencies.totalCount,
      failed: this.#failed,
      wrong: this.#wrong,
      p50: percentile(this.#latencies, 50),
      p99: percentile(this.#latencies, 99),
      max: percentile(this.#latencies, 100),
      customers: this.#customers.size,
      customersHit: this.#hit.size,
      firstBadAt: this.#firstBadAt,
      lastBadAt: this.#lastBadAt,
      answeredWhileBad: this.#answeredWhileBad,
      lastAnswerAt: this.#lastAnswerAt,
    };
  }

  curve(): Curve {
    return curveOf(this.#latencies);
  }

  customersHit(): number[] {
    return [...this.#hit];
  }

  #addBad(observation: Observation): void {
    if (!observation.ok) this.#failed++;
    if (observation.wrong) this.#wrong++;
    this.#hit.add(observation.customer);
    const when = answeredAt(observation);
    this.#firstBadAt = earlier(this.#firstBadAt, when);
    this.#lastBadAt = later(this.#lastBadAt, when);
    this.#answeredWhileBad = this.#answeredSinceBad;
  }
}
