export interface ReplicaAddress {
  readonly id: string;
  readonly url: string;
  /** Its own, where a pool has replicas of two. */
  readonly release?: string;
}

/** The replicas of one release. */
export interface Pool {
  readonly release: string;
  /** Percent of customers, 0 to 100. Of two pools only the last one's weight counts. */
  readonly weight: number;
  readonly replicas: readonly ReplicaAddress[];
}

export interface ReplicaStats extends ReplicaAddress {
  readonly release: string;
  readonly ready: boolean;
  /** Requests without a complete answer yet. */
  readonly inFlight: number;
  /** Requests sent to it so far. */
  readonly requests: number;
  /** No longer in a pool, finishing what is in flight. */
  readonly removed: boolean;
}

export interface RouterStats {
  readonly replicas: readonly ReplicaStats[];
  /** Processor time of the thread that serves, so far; null where it cannot be told. */
  readonly cpuMs: number | null;
}

export interface RouterOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Pause between two polls of a replica's /readyz; default 100. */
  healthIntervalMs?: number;
  /** From sending to the answer's headers; default 8,000. */
  upstreamTimeoutMs?: number;
}

/** A router in the thread of who asks. */
export interface ServingRouter extends Omit<Router, 'set' | 'phase'> {
  set(pools: readonly Pool[]): void;
  phase(name: string): void;
}

export interface Router {
  readonly url: string;
  /** As somebody at a browser calls it. */
  readonly publicUrl: string;
  readonly port: number;
  /**
   * Replaces the pools, at most two. A replica that stays keeps its readiness and connections; one
   * that is gone finishes what is in flight. In effect for every request that leaves after the return.
   * Rejects with RouterConfigError and changes nothing.
   */
  set(pools: readonly Pool[]): Promise<void>;
  stats(): RouterStats;
  /** From now on answers say in `x-rollout-phase` which phase of a run they were given in. */
  phase(name: string): Promise<void>;
  /** Answers what is in flight, then stops. */
  close(): Promise<void>;
}
