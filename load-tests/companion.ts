/**
 * What a run of the lab and the load beside it say to each other, by IPC, one message after the other:
 * `open`, `ready`, `ending`, `ended`.
 */

/** The shop is open, with the release before the change, and its load has warmed up. */
export interface Open {
  readonly type: 'open';
  readonly url: string;
  readonly customers: readonly Customer[];
  /** What `x-rollout-phase` is going to say, in this order. */
  readonly phases: readonly string[];
  /** What `x-release` may say. */
  readonly releases: readonly string[];
}

/** Who orders; the token is sent as the bearer token. */
export interface Customer {
  readonly id: string;
  readonly token: string;
  /** Named once more, because it is among the first that come into a canary. */
  readonly early?: true;
}

/** The load beside has measured the shop as it is, and goes on sending: the rollout may begin. */
export interface Ready {
  readonly type: 'ready';
}

/** The rollout is over, and the load beside it is to stop. */
export interface Ending {
  readonly type: 'ending';
  /** What the lab's own load measured from `ready` on, as if it had sent the same journeys. */
  readonly own: Figures;
}

/** It has stopped. */
export interface Ended {
  readonly type: 'ended';
  /** File of what its customers were told, in the format of the lab's own; see told.ts. */
  readonly toldFile: string | null;
}

/** Latencies in ms; null without a request. */
export interface Figures {
  readonly requests: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export type FromLab = Open | Ending;
export type FromLoad = Ready | Ended;
