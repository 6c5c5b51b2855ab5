import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { ReplicaAddress } from './types.ts';

// The default timeoutSeconds of a Kubernetes readiness probe.
const PROBE_TIMEOUT_MS = 1_000;

/** A replica as the router sees it: its connections, its readiness, what is in flight. */
export class Upstream {
  readonly id: string;
  readonly url: string;
  readonly connections: Pool;
  /** The last poll of /readyz answered 200. */
  ready = false;
  inFlight = 0;
  requests = 0;
  readonly #stopped = new AbortController();

  /** Polls from now on, every `healthIntervalMs` after the previous poll's end. */
  constructor({ id, url }: ReplicaAddress, healthIntervalMs: number) {
    this.id = id;
    this.url = url;
    this.connections = new Pool(url, { pipelining: 1, connectTimeout: PROBE_TIMEOUT_MS });
    void this.#poll(healthIntervalMs);
  }

  /** Takes nothing new; resolves when everything in flight has ended. */
  async close(): Promise<void> {
    this.#stopped.abort();
    this.ready = false;
    await this.connections.close();
  }

  async #poll(intervalMs: number): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const ready = await this.#isReady();
      this.ready = ready && !signal.aborted;
      await delay(intervalMs, undefined, { signal }).catch(() => {});
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      const { statusCode, body } = await this.connections.request({
        method: 'GET',
        path: '/readyz',
        signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }
}
