import { cohortOf } from './cohort.ts';
import { validatePools } from './errors.ts';
import type { Pool, ReplicaAddress, ReplicaStats } from './types.ts';
import { Upstream } from './upstream.ts';

export interface Route {
  /** Of the replica, or of the pool that has none ready. */
  readonly release: string;
  /** undefined: no replica of the release is ready. */
  readonly upstream: Upstream | undefined;
}

interface ActivePool {
  readonly release: string;
  readonly weight: number;
  readonly upstreams: readonly Upstream[];
  /** Where the search for the next replica begins. */
  turn: number;
}

const keyOf = ({ id, url }: Pick<ReplicaAddress, 'id' | 'url'>): string => `${id} ${url}`;

/** Which replica gets a request. */
export class Pools {
  readonly #healthIntervalMs: number;
  readonly #leaving = new Map<Upstream, { release: string; closed: Promise<void> }>();
  #pools: ActivePool[] = [];

  constructor(healthIntervalMs: number) {
    this.#healthIntervalMs = healthIntervalMs;
  }

  /** See Router.set. */
  set(pools: readonly Pool[]): void {
    validatePools(pools);
    const before = this.#pools;
    const known = new Map(before.flatMap((p) => p.upstreams).map((u) => [keyOf(u), u]));
    this.#pools = pools.map(({ release, weight, replicas }) => ({
      release,
      weight,
      upstreams: replicas.map(
        (r) => known.get(keyOf(r)) ?? new Upstream(r, this.#healthIntervalMs),
      ),
      turn: 0,
    }));
    const kept = new Set(this.#pools.flatMap((p) => p.upstreams));
    for (const { release, upstreams } of before)
      for (const upstream of upstreams) if (!kept.has(upstream)) this.#retire(upstream, release);
  }

  /** The replica for a customer, undefined when there is no pool at all. */
  route(customer: string): Route | undefined {
    const [first, canary] = this.#pools;
    const pool = canary && cohortOf(customer) < canary.weight ? canary : first;
    if (pool === undefined) return undefined;
    const upstream = leastBusy(pool);
    return { release: upstream?.release ?? pool.release, upstream };
  }

  stats(): ReplicaStats[] {
    const current = this.#pools.flatMap(({ release, upstreams }) =>
      upstreams.map((upstream) => statsOf(upstream, release, false)),
    );
    const leaving = [...this.#leaving].map(([upstream, { release }]) =>
      statsOf(upstream, release, true),
    );
    return [...current, ...leaving];
  }

  /** Resolves when nothing is in flight any more. */
  async close(): Promise<void> {
    this.set([]);
    await Promise.all([...this.#leaving.values()].map(({ closed }) => closed));
  }

  #retire(upstream: Upstream, release: string): void {
    const closed = upstream.close().finally(() => this.#leaving.delete(upstream));
    this.#leaving.set(upstream, { release, closed });
  }
}

/** Fewest requests in flight among the ready; among equals they take turns. */
function leastBusy(pool: ActivePool): Upstream | undefined {
  const { upstreams, turn } = pool;
  let best: Upstream | undefined;
  for (let step = 0; step < upstreams.length; step++) {
    const index = (turn + step) % upstreams.length;
    const upstream = upstreams[index];
    if (!upstream?.ready || (best && best.inFlight <= upstream.inFlight)) continue;
    best = upstream;
    pool.turn = index + 1;
  }
  return best;
}

const statsOf = (upstream: Upstream, ofPool: string, removed: boolean): ReplicaStats => {
  const { id, url, release = ofPool, ready, inFlight, requests } = upstream;
  return { id, url, release, ready, inFlight, requests, removed };
};
