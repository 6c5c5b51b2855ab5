import { percentile } from '../statistics.ts';

/** What one variant did in one round. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  /** CPU time that the answering process took for a request, in µs; absent where nobody tells. */
  readonly cpuMicros?: number;
  /** Answered with no 2xx, or not at all. */
  readonly failed: number;
  /** What the first failure was. */
  readonly failure?: string;
}

/** Collects the answers of one measurement; those of the warm-up only if they failed. */
export class Recorder {
  readonly #latencies: number[] = [];
  #failed = 0;
  #failure: string | undefined;

  answered(status: number, latencyMs: number, warm: boolean): void {
    if (status < 200 || status > 299) this.failed(`HTTP ${status}`);
    else if (warm) this.#latencies.push(latencyMs);
  }

  failed(why: string): void {
    this.#failed += 1;
    this.#failure ??= why;
  }

  /** @param seconds the time in which the answers came that count. */
  sample(seconds: number): Sample {
    return {
      requestsPerSecond: this.#latencies.length / seconds,
      p50Ms: percentile(this.#latencies, 50),
      p99Ms: percentile(this.#latencies, 99),
      requests: this.#latencies.length,
      failed: this.#failed,
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
  }
}
