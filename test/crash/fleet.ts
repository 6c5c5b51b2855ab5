import type { ReleaseName } from '../../src/releases.ts';
import { pause } from '../harness/interrupt.ts';
import { type Program, ProgramEndedError } from '../harness/program.ts';
import { oneOf, type Random } from '../harness/random.ts';
import { startReplica, untilReady } from '../harness/replica.ts';

/** A place for a replica: whenever it has none, another one is started. */
interface Slot {
  readonly index: number;
  readonly release: ReleaseName;
  starts: number;
  program?: Program;
  /** Of the last one that was ready: clients go on asking there until there is another. */
  url?: string;
  serving: boolean;
  killed: boolean;
}

export interface FleetOptions {
  /** One for each replica. */
  readonly releases: readonly ReleaseName[];
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An orchestrator waits a little before it starts again what has not come up. */
const pauseMs = 200;

/** Replicas that are started again whenever they end. */
export class Fleet {
  kills = 0;
  restarts = 0;
  /** Replicas that ended before they were ready, unasked: the database was away, for one. */
  failedStarts = 0;
  /** Replicas that were ready and ended although nobody killed them, and how. */
  readonly deaths: string[] = [];
  readonly #options: FleetOptions;
  readonly #slots: readonly Slot[];
  #keeping: Promise<void>[] = [];
  #closed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#slots = options.releases.map((release, index) => ({
      index,
      release,
      starts: 0,
      serving: false,
      killed: false,
    }));
  }

  /** Resolves when every replica is ready. @throws {ProgramEndedError} when one does not come up. */
  async start(): Promise<void> {
    for (const slot of this.#slots) {
      const up = Promise.withResolvers<void>();
      this.#keeping.push(this.#keep(slot, up.resolve).catch(up.reject));
      await up.promise;
    }
  }

  urls(): [string, ...string[]] {
    const [first, ...others] = this.#slots.flatMap(({ url }) => (url === undefined ? [] : [url]));
    if (first === undefined) throw new Error('no replica has ever been ready');
    return [first, ...others];
  }

  get allServing(): boolean {
    return this.#slots.every(({ serving }) => serving);
  }

  /** `kill -9` for one of those that serve; false when none does. */
  killOne(random: Random): boolean {
    const [first, ...others] = this.#slots.filter(({ serving }) => serving);
    if (first === undefined) return false;
    const slot = oneOf(random, [first, ...others]);
    slot.killed = true;
    slot.serving = false;
    slot.program?.child.kill('SIGKILL');
    this.kills += 1;
    return true;
  }

  /** Ends them all, at once. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { program } of this.#slots) program?.child.kill('SIGKILL');
    await Promise.all(this.#keeping);
  }

  /** Keeps a replica running in a slot; `onUp` is called when the first one is ready. */
  async #keep(slot: Slot, onUp: () => void): Promise<void> {
    while (!this.#closed) {
      const wasUp = slot.url !== undefined;
      const program = this.#launch(slot);
      try {
        slot.url = await untilReady(program, this.#options.signal);
        slot.serving = !slot.killed;
        onUp();
        await this.#ended(slot, program);
      } catch (error) {
        program.child.kill('SIGKILL');
        await program.ended;
        if (this.#closed || !(error instanceof ProgramEndedError) || !wasUp) throw error;
        this.failedStarts += 1;
        await pause(pauseMs, this.#options.signal);
      }
    }
  }

  #launch(slot: Slot): Program {
    const { env } = this.#options;
    slot.starts += 1;
    if (slot.starts > 1) this.restarts += 1;
    slot.killed = false;
    const program = startReplica(`crash-${slot.index}-${slot.starts}`, slot.release, env);
    slot.program = program;
    return program;
  }

  async #ended(slot: Slot, program: Program): Promise<void> {
    const ending = await program.ended;
    slot.serving = false;
    if (slot.killed || this.#closed) return;
    this.deaths.push(new ProgramEndedError(program.what, ending).message);
  }
}
