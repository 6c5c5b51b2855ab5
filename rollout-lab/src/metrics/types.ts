/** What the load sends. */
export type Kind = 'read-order' | 'list-orders' | 'read-product' | 'create-order' | 'pay-order';

/** One request of a customer and what came of it. */
export interface Observation {
  /** When it was meant to leave: ms since the epoch, on the clock of `epochMs`. */
  readonly at: number;
  /** From `at` to the last byte of the answer (or to giving up), in ms. */
  readonly latencyMs: number;
  readonly kind: Kind;
  /** Index into the customers of the load. */
  readonly customer: number;
  /** HTTP status, 0 without an answer. */
  readonly status: number;
  /** The answer's header `x-release`. */
  readonly release: string | null;
  /** The answer's header `x-replica`. */
  readonly replica: string | null;
  /** The status is the one of success for this kind. */
  readonly ok: boolean;
  /** A status of success over content that this customer must not see. */
  readonly wrong: boolean;
  /** The answer came from the new columns, by flag, as its header `x-phases` says. */
  readonly variant: boolean;
  readonly error?: string;
}

/** Requests that were answered alike: by a release, or by one side of its flag. */
export interface Group {
  readonly release: string;
  readonly variant?: boolean;
}

/**
 * Requests of one group over a stretch of time. Latencies in ms, of all requests including failed
 * ones; null without a request.
 */
export interface Arm {
  readonly release: string;
  readonly requests: number;
  readonly failed: number;
  readonly wrong: number;
  readonly p50: number | null;
  readonly p99: number | null;
  /** How many of them took longer than so many ms. */
  readonly slowerThan: (ms: number) => number;
  /** Second by second, oldest first; those after the given one, all without it. */
  readonly seconds: (after?: number) => readonly Second[];
}

/** The requests of an arm that were answered in a second which has passed. */
export interface Second {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly failed: number;
  /** Of all of them, in ms, ascending. */
  readonly latencies: readonly number[];
}

/** Figures over a set of requests. Latencies as in Arm, times in epoch ms. */
export interface Stats {
  readonly requests: number;
  readonly failed: number;
  readonly wrong: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** Distinct customers seen, and those of them with a failed or wrong answer. */
  readonly customers: number;
  readonly customersHit: number;
  /** When customers got the first and the last failed or wrong answer. */
  readonly firstBadAt: number | null;
  readonly lastBadAt: number | null;
  /** Requests answered from the first failed or wrong answer to the last, both included. */
  readonly answeredWhileBad: number;
  /** When a customer got the last answer of any kind. */
  readonly lastAnswerAt: number | null;
}

/** The requests whose intended time fell into a named stretch of the run. */
export interface PhaseStats extends Stats {
  readonly name: string;
  /** Epoch ms; `to` is null while the phase lasts. */
  readonly from: number;
  readonly to: number | null;
}

/** Points of an HDR percentile plot: percentile from 0 to 100, latency in ms. */
export type Curve = readonly (readonly [percentile: number, ms: number])[];

/** The requests that a release answered. */
export interface ReleaseStats extends Stats {
  readonly release: string;
}

/** For a display. */
export interface LiveStats {
  /** Answers of the last second. */
  readonly perSecond: number;
  /** Failed or wrong among them. */
  readonly bad: number;
  readonly releases: Readonly<Record<string, { readonly requests: number; readonly bad: number }>>;
  /** Of the answers of the last 5 s, in ms; null without any. */
  readonly p50: number | null;
  /** Of the answers of the last 5 s, in ms; null without any. */
  readonly p99: number | null;
}
