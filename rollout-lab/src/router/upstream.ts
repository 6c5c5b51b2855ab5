import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { ReplicaAddress } from './types.ts';

// The defaults of a Kubernetes readiness probe: timeoutSeconds and failureThreshold. An answer other
// than 200 counts at once; only silence, which a busy machine is enough for, has to be repeated.
const PROBE_TIMEOUT_MS = 1_000;
const SILENT_PROBES = 3;

/** A replica as the router sees it: its connections, its readiness, what is in flight. */
export class Upstream {
  readonly id: string;
  readonly url: string;
  readonly release: string | undefined;
  readonly connections: Pool;
  /** The last poll of /readyz answered 200. */
  ready = false;
  inFlight = 0;
  requests = 0;
  readonly #stopped = new AbortController();

  /** Polls from now on, every `healthIntervalMs` after the previous poll's end. */
  constructor({ id, url, release }: ReplicaAddress, healthIntervalMs: number) {
    this.id = id;
    this.url = url;
    this.release = release;
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
    let silent = 0;
    while (!signal.aborted) {
      const answer = await this.#probe();
      silent = answer === 'silence' ? silent + 1 : 0;
      const stillReady = this.ready && silent < SILENT_PROBES;
      this.ready = !signal.aborted && (answer === 'ready' || (answer === 'silence' && stillReady));
      await delay(intervalMs, undefined, { signal }).catch(() => {});
    }
  }

  async #probe(): Promise<'ready' | 'not ready' | 'silence'> {
    try {
      const { statusCode, body } = await this.connections.request({
        method: 'GET',
        path: '/readyz',
        signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      });
      await body.dump();
      return statusCode === 200 ? 'ready' : 'not ready';
    } catch (error) {
      return error instanceof DOMException ? 'silence' : 'not ready';
    }
  }
}
