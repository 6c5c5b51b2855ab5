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
  /** Default 1,000: open, so that a stall of some seconds makes nobody wait for a connection. */
  readonly connections?: number;
  /** For a planted fault: the load's thread is held up again and again. */
  readonly stall?: Stall;
}

/** Every `everyMs` nothing happens for `forMs`. */
export interface Stall {
  readonly everyMs: number;
  readonly forMs: number;
}

/** How the schedule was kept. */
export interface Kept {
  /** Since the first request, ms. */
  readonly elapsedMs: number;
  /** Requests that were due by then, by the clock alone. */
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

export interface LoadSummary extends Kept {
  /** Requests that found every connection taken, and waited in the generator. */
  readonly withoutSlot: number;
  /** Processor time of the load's thread since the first request, ms. */
  readonly cpuMs: number;
}

export interface Load {
  /** As of the last second; null before its first, and final after the stop. */
  summary(): LoadSummary | null;
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
  | { readonly type: 'progress'; readonly summary: LoadSummary }
  | { readonly type: 'done'; readonly summary: LoadSummary };
