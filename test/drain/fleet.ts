import { isRunning } from '@scaleretail/embedded/process-identity';
import type { ReleaseName } from '../../src/releases.ts';
import { pause } from '../harness/interrupt.ts';
import type { Program } from '../harness/program.ts';
import { isReady, startReplica, untilReady } from '../harness/replica.ts';
import type { Member, Rotation } from './rotation.ts';

/** How often a router looks whether a replica is ready. */
const lookMs = 50;

export interface FleetOptions {
  readonly release: ReleaseName;
  readonly env: Readonly<Record<string, string>>;
  readonly rotation: Rotation;
  readonly signal: AbortSignal;
}

interface Running {
  readonly program: Program;
  readonly member: Member;
}

/** Replicas that are replaced one at a time, as a rolling update does it. */
export class Fleet {
  /** Exit codes, or signals, of those that were told to end. */
  readonly exits = new Map<string, number>();
  /** From SIGTERM to the end, in milliseconds, in the order of the replacements. */
  readonly drainsMs: number[] = [];
  replaced = 0;
  readonly #options: FleetOptions;
  readonly #programs: Program[] = [];
  readonly #running: Running[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Starts a replica and, when it is ready, sends traffic there. */
  async start(): Promise<void> {
    const { release, env, rotation, signal } = this.#options;
    const id = `drain-${this.#programs.length + 1}`;
    const program = startReplica(id, release, env);
    this.#programs.push(program);
    const member = rotation.add(id, await untilReady(program, signal));
    this.#running.push({ program, member });
  }

  /** Starts another replica, then ends the oldest one. */
  async replaceOldest(): Promise<void> {
    this.#options.signal.throwIfAborted();
    await this.start();
    await this.endOldest();
    this.replaced += 1;
  }

  /** SIGTERM; traffic goes there until it says that it leaves; then it has to end by itself. */
  async endOldest(): Promise<void> {
    const oldest = this.#running.shift();
    if (oldest === undefined) return;
    const { rotation, signal } = this.#options;
    const { program, member } = oldest;
    const from = performance.now();
    program.child.kill('SIGTERM');
    while (rotation.has(member) && (await isReady(member.url))) await pause(lookMs, signal);
    rotation.remove(member);
    const { code, signal: by } = await program.ended;
    this.drainsMs.push(performance.now() - from);
    const how = by ?? String(code);
    this.exits.set(how, (this.exits.get(how) ?? 0) + 1);
    await member.pool.close();
  }

  get size(): number {
    return this.#running.length;
  }

  /** How many processes of all that were ever started still run. */
  left(): number {
    const pids = this.#programs.map(({ child }) => child.pid ?? 0);
    return pids.filter((pid) => pid !== 0 && isRunning(pid)).length;
  }

  /** Ends whatever still runs, at once. */
  async close(): Promise<void> {
    for (const { child } of this.#programs) child.kill('SIGKILL');
    await Promise.all(this.#programs.map(({ ended }) => ended));
  }
}
