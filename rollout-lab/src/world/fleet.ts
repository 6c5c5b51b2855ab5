import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawnNode } from '@scaleretail/embedded/spawn-node';
import type { ReplicaState } from '../feed/events.ts';
import { epochMs } from '../metrics/clock.ts';
import { waitUntil } from '../run/wait.ts';
import { addressOf, end, exited, normalPriority, startAtLowPriority } from './processes.ts';

const serverScript = fileURLToPath(new URL('../../../src/server.ts', import.meta.url));

/** The line by which a replica tells its address. */
const listening = ({ msg, address }: Record<string, unknown>): unknown =>
  msg === 'listening' ? address : undefined;

export interface Replica {
  readonly id: string;
  readonly release: string;
  readonly url: string;
}

interface Running extends Replica {
  readonly child: ChildProcess;
  readonly startedAt: number;
}

export interface FleetOptions {
  /** Environment of every replica; RELEASE, INSTANCE_ID and PORT are the fleet's. */
  readonly env: Readonly<Record<string, string>>;
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
  readonly #starting = new Set<ChildProcess>();
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
    const child = spawnNode(serverScript, {
      env: {
        ...this.#options.env,
        RELEASE: release,
        INSTANCE_ID: id,
        PORT: '0',
        FAULTS: faults,
        LOG_LEVEL: 'info',
      },
    });
    this.#starting.add(child);
    this.#tell(id, release, 'starting');
    const startedAt = epochMs();
    try {
      if (child.pid !== undefined) startAtLowPriority(child.pid);
      const url = await addressOf(child, `replica ${id}`, listening);
      await this.#ready(id, url);
      if (child.pid !== undefined) normalPriority(child.pid);
      this.#running.set(id, { id, release, url, child, startedAt });
      this.#peak = Math.max(this.#peak, this.#running.size);
      this.#tell(id, release, 'ready');
      void exited(child).then(() => this.#forget(id));
      return { id, release, url };
    } catch (error) {
      await end(child, 0);
      throw error;
    } finally {
      this.#starting.delete(child);
    }
  }

  /** Sends SIGTERM and waits for the end; the replica drains meanwhile, if it knows how. */
  async stop(id: string): Promise<void> {
    const replica = this.#running.get(id);
    if (replica === undefined) return;
    this.#stopping.add(id);
    this.#tell(id, replica.release, 'draining');
    await end(replica.child, this.#options.stopMs);
    this.#forget(id);
  }

  /** Ends a replica as a crash would: nothing is drained. It counts for nothing from then on. */
  async kill(id: string): Promise<void> {
    const replica = this.#running.get(id);
    if (replica === undefined) return;
    replica.child.kill('SIGKILL');
    await exited(replica.child);
    this.#forget(id);
  }

  /** Ends everything, whatever state it is in. */
  async close(): Promise<void> {
    const starting = [...this.#starting].map((child) => end(child, 0));
    const running = [...this.#running.values()];
    // The run has been told to its end: how its replicas go is no part of it.
    this.#running.clear();
    const ending = running.map(({ child }) => end(child, 0));
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
