import type { Observation } from '../metrics/types.ts';
import type { SeededSpec } from './seeded-orders.ts';

export interface Customer {
  /** Sent as `x-customer-id`. */
  readonly id: string;
  /** Sent as the bearer token. */
  readonly token: string;
}

export interface LoadConfig {
  /** The router's URL. */
  readonly target: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seed: number | string;
  readonly customers: readonly Customer[];
  readonly skus: readonly string[];
  /** The orders that were in the database before the load. */
  readonly seeded: SeededSpec;
  /** Every acknowledged order and payment is appended here, one JSON line each. */
  readonly toldFile: string;
  /** From sending to giving up; default 10,000. */
  readonly requestTimeoutMs?: number;
  /** Default 128. */
  readonly connections?: number;
}

export interface LoadSummary {
  /** Requests that were due before the stop, by the clock alone. */
  readonly intended: number;
  /** Requests that left. Fewer than intended: the generator could not keep up. */
  readonly sent: number;
  /** Time of sending minus intended time, ms; null when nothing was sent. */
  readonly lateness: {
    readonly p50: number | null;
    readonly p99: number | null;
    readonly max: number | null;
  };
}

export interface Load {
  /**
   * Stops sending, waits for every answer in flight (each bounded by the request timeout), delivers
   * the last batch, closes the told file. Rejects when the load's thread died.
   */
  stop(): Promise<LoadSummary>;
}

/** From the load's thread to the one that started it. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'batch'; readonly batch: Observation[] }
  | { readonly type: 'done'; readonly summary: LoadSummary };
