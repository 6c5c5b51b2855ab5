import { latencyHistogram, percentile, record } from '../metrics/histogram.ts';
import type { Arm, Second } from '../metrics/types.ts';

/** An arm that grows second by second, without a recorder. */
export class Side implements Arm {
  readonly release = '';
  readonly wrong = 0;
  requests = 0;
  failed = 0;
  readonly #seconds: Second[] = [];
  readonly #histogram = latencyHistogram();

  /** A second without a request is not one of the arm's. Latencies ascending. */
  add(second: Second): void {
    if (second.latencies.length === 0) return;
    this.#seconds.push(second);
    this.requests += second.latencies.length;
    this.failed += second.failed;
    for (const ms of second.latencies) record(this.#histogram, ms);
  }

  get p50(): number | null {
    return percentile(this.#histogram, 50);
  }

  get p99(): number | null {
    return percentile(this.#histogram, 99);
  }

  readonly slowerThan = (ms: number): number =>
    this.#seconds.reduce((sum, s) => sum + s.latencies.filter((latency) => latency > ms).length, 0);

  readonly seconds = (after = Number.NEGATIVE_INFINITY): readonly Second[] => {
    const first = this.#seconds.findIndex(({ at }) => at > after);
    return first < 0 ? [] : this.#seconds.slice(first);
  };
}
