import { vi } from 'vitest';
import { FakeReplica } from './fake-replica.ts';
import { serve } from './serve.ts';
import type { Pool, ReplicaStats, RouterOptions, ServingRouter } from './types.ts';

// Generous: it bounds a hang and measures nothing.
const PATIENCE = { timeout: 4_500, interval: 2 };

/** For tests: a router, its replicas and a customer's requests. */
export class FakeFleet {
  readonly router: ServingRouter;
  readonly #replicas: FakeReplica[] = [];

  private constructor(router: ServingRouter) {
    this.router = router;
  }

  static async start(options: RouterOptions = {}): Promise<FakeFleet> {
    return new FakeFleet(await serve({ healthIntervalMs: 5, ...options }));
  }

  async replica(id: string): Promise<FakeReplica> {
    const replica = await FakeReplica.start(id);
    this.#replicas.push(replica);
    return replica;
  }

  /** One replica `a` of release 1.0, ready. */
  async single(): Promise<FakeReplica> {
    const replica = await this.replica('a');
    this.router.set([pool('1.0', 100, replica)]);
    await this.isReady('a');
    return replica;
  }

  /** Release 1.0 on replica `stable`, release 2.0 on replica `canary`, both ready. */
  async twoReleases(weight: number): Promise<{ stable: FakeReplica; canary: FakeReplica }> {
    const [stable, canary] = [await this.replica('stable'), await this.replica('canary')];
    this.router.set([pool('1.0', 100 - weight, stable), pool('2.0', weight, canary)]);
    await this.isReady('stable', 'canary');
    return { stable, canary };
  }

  ask(customer: string, path = '/', init: RequestInit = {}): Promise<Response> {
    const headers = { 'x-customer-id': customer, ...init.headers };
    return fetch(this.router.url + path, { ...init, headers });
  }

  async answererOf(customer: string): Promise<string | null> {
    return (await this.ask(customer)).headers.get('x-replica');
  }

  statsOf(id: string): ReplicaStats | undefined {
    return this.router.stats().replicas.find((replica) => replica.id === id);
  }

  isReady(...ids: string[]): Promise<void> {
    return until(() => ids.every((id) => this.statsOf(id)?.ready));
  }

  isUnready(id: string): Promise<void> {
    return until(() => this.statsOf(id)?.ready === false);
  }

  async close(): Promise<void> {
    await this.router.close();
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }
}

export const pool = (release: string, weight: number, ...members: FakeReplica[]): Pool => ({
  release,
  weight,
  replicas: members.map(({ address }) => address),
});

/** Waits for a condition; throws when it does not come. */
export const until = (condition: () => unknown): Promise<void> =>
  vi.waitFor(() => {
    if (!condition()) throw new Error(`never came: ${condition}`);
  }, PATIENCE);
