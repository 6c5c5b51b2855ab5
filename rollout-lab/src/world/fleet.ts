import type { ReplicaState } from '../feed/events.ts';
import { epochMs } from '../metrics/clock.ts';
import { waitUntil } from '../run/wait.ts';

export interface Replica {
  readonly id: string;
  readonly release: string;
  readonly url: string;
}

/** What a replica is told: everything else it knows already. */
export interface Launch {
  readonly id: string;
  readonly release: string;
  readonly faults: string;
}

/** A replica that has been started, wherever that is. */
export interface Launched {
  /** Where it listens; rejects with ProcessFailedError when it ends before. */
  readonly url: Promise<string>;
  /** Resolves when it has ended, of itself or because it was told to. */
  readonly ended: Promise<unknown>;
  /** It is ready, and counts as much as the others from now on. */
  readonly becameReady: () => void;
  /** SIGTERM, and SIGKILL when that has not helped in so many ms. */
  readonly stop: (graceMs: number) => Promise<unknown>;
  readonly kill: () => void;
}

interface Running extends Replica {
  readonly launched: Launched;
  readonly startedAt: number;
}

export interface FleetOptions {
  readonly launch: (launch: Launch) => Launched;
  readonly signal: AbortSignal;
  /** Longest time from start to ready. */
  readonly startMs: number;
  /** Longest time from SIGTERM to the end. */
  readonly stopMs: number;
  /** Told of every replica's way from its start to its end. */
  readonly onChange?: (id: string, release: string, state: ReplicaState) => void;
}

/** The replicas: real processes, ended by the signal an orchestrator sends. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #running = new Map<string, Running>();
  readonly #starting = new Set<Launched>();
  readonly #stopping = new Set<string>();
  #started = 0;
  #endedMs = 0;
  #peak = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Replicas that are up, oldest first. */
  replicas(release?: string): Replica[] {
    return [...this.#running.values()].filter(
      (r) => release === undefined || r.release === release,
    );
  }

  /** Replica-milliseconds since `from`, and the most that were up at once. */
  usage(from: number): { replicaMs: number; peak: number } {
    const now = epochMs();
    const running = [...this.#running.values()].map((r) => now - Math.max(from, r.startedAt));
    return { replicaMs: this.#endedMs + running.reduce((a, b) => a + b, 0), peak: this.#peak };
  }

  /** Forgets the past, so that `usage` counts from now. */
  resetUsage(): void {
    this.#endedMs = 0;
    this.#peak = this.#running.size;
    const now = epochMs();
    for (const [id, r] of this.#running) this.#running.set(id, { ...r, startedAt: now });
  }

  /**
   * Starts one replica and waits until it is ready.
   *
   * @throws {ProcessFailedError} when it ends before that, or is not ready in time.
   */
  async start(release: string, faults: string): Promise<Replica> {
    this.#started += 1;
    const id = `r${this.#started}-${release}`;
    const launched = this.#options.launch({ id, release, faults });
    this.#starting.add(launched);
    this.#tell(id, release, 'starting');
    const startedAt = epochMs();
    try {
      const url = await launched.url;
      await this.#ready(id, url);
      launched.becameReady();
      this.#running.set(id, { id, release, url, launched, startedAt });
      this.#peak = Math.max(this.#peak, this.#running.size);
      this.#tell(id, release, 'ready');
      void launched.ended.then(() => this.#forget(id));
      return { id, release, url };
    } catch (error) {
      await launched.stop(0);
      throw error;
    } finally {
      this.#starting.delete(launched);
    }
  }

  /** Sends SIGTERM and waits for the end; the replica drains meanwhile, if it knows how. */
  async stop(id: string): Promise<void> {
    const replica = this.#running.get(id);
    if (replica === undefined) return;
    this.#stopping.add(id);
    this.#tell(id, replica.release, 'draining');
    await replica.launched.stop(this.#options.stopMs);
    this.#forget(id);
  }

  /** Ends a replica as a crash would: nothing is drained. It counts for nothing from then on. */
  async kill(id: string): Promise<void> {
    const replica = this.#running.get(id);
    if (replica === undefined) return;
    replica.launched.kill();
    await replica.launched.ended;
    this.#forget(id);
  }

  /** Ends everything, whatever state it is in. */
  async close(): Promise<void> {
    const starting = [...this.#starting].map((launched) => launched.stop(0));
    const running = [...this.#running.values()];
    // The run has been told to its end: how its replicas go is no part of it.
    this.#running.clear();
    const ending = running.map(({ launched }) => launched.stop(0));
    await Promise.all([...starting, ...ending]);
  }

  /** A replica has ended: because it was told to, was killed, or would not go on. */
  #forget(id: string): void {
    const replica = this.#running.get(id);
    if (replica === undefined) return;
    this.#endedMs += epochMs() - replica.startedAt;
    this.#running.delete(id);
    this.#tell(id, replica.release, this.#stopping.has(id) ? 'ended' : 'killed');
  }

  #tell(id: string, release: string, state: ReplicaState): void {
    this.#options.onChange?.(id, release, state);
  }

  async #ready(id: string, url: string): Promise<void> {
    const { startMs: withinMs, signal } = this.#options;
    await waitUntil(async () => (await fetch(`${url}/readyz`)).ok, {
      what: `replica ${id} is ready`,
      withinMs,
      everyMs: 50,
      signal,
    });
  }
}
