/** What went wrong with a request, by name: the status and code of the answer, or the socket's error. */
export type Reason = string;

/** Node's and undici's names for a connection that ended under a request, or could not be had. */
const connectionErrors = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);

/** What became of the requests. */
export class Tally {
  answered = 0;
  readonly failures = new Map<Reason, number>();
  readonly #latenciesMs: number[] = [];

  /** @param latencyMs from the moment when the request should have left. */
  succeeded(latencyMs: number): void {
    this.answered += 1;
    this.#latenciesMs.push(latencyMs);
  }

  failed(reason: Reason): void {
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
  }

  /** Requests that were answered badly or not at all. */
  get failedCount(): number {
    return [...this.failures.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Those of them whose connection ended, or could not be had. */
  get resetCount(): number {
    const resets = [...this.failures].filter(([reason]) => connectionErrors.has(reason));
    return resets.reduce((sum, [, count]) => sum + count, 0);
  }

  latency(): { p50: number; p99: number; max: number } {
    const sorted = this.#latenciesMs.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  }
}
