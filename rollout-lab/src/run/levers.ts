import { lockOrders } from '../world/lock-orders.ts';
import type { RunContext } from './context.ts';
import { setFlag } from './flags.ts';

/** There is no replica of that id, or no longer. */
export class UnknownReplicaError extends Error {
  constructor(id: string) {
    super(`no replica ${id} is running`);
    this.name = 'UnknownReplicaError';
  }
}

/** The database stands still already. */
export class StalledAlreadyError extends Error {
  constructor() {
    super('the database stands still already');
    this.name = 'StalledAlreadyError';
  }
}

/** What somebody who watches a run may do to it, besides deciding its steps. Each is told. */
export class Levers {
  readonly #context: RunContext;
  readonly #databaseUrl: string;
  readonly #ended = new AbortController();
  #stall: Promise<void> | null = null;

  constructor(context: RunContext, databaseUrl: string) {
    this.#context = context;
    this.#databaseUrl = databaseUrl;
  }

  tell(what: string): void {
    this.#context.story.byHand(what);
  }

  /** @throws UnknownFlagError, InvalidRolloutError; then nothing has changed. */
  async setFlag(name: string, enabled: boolean, rollout: number): Promise<void> {
    await setFlag(this.#context, name, { enabled, rollout });
    this.tell(`flag ${name} ${enabled ? `on for ${rollout} %` : 'off'}`);
  }

  /**
   * Ends a replica as a crash would. The router finds out by itself, and the strategy goes on with
   * what is left; whatever is missing before the next step is started anew.
   *
   * @throws {UnknownReplicaError}
   */
  async kill(id: string): Promise<void> {
    const { fleet } = this.#context;
    if (!fleet.replicas().some((replica) => replica.id === id)) throw new UnknownReplicaError(id);
    this.tell(`replica ${id} killed`);
    await fleet.kill(id);
  }

  /**
   * Has the database stand still for so long, or until the run ends; returns at once.
   *
   * @throws {StalledAlreadyError}
   */
  stall(seconds: number): void {
    if (this.#stall !== null) throw new StalledAlreadyError();
    this.tell(`the database stands still for ${seconds} s`);
    const how = { databaseUrl: this.#databaseUrl, seconds, signal: this.#ended.signal };
    this.#stall = lockOrders(how)
      .catch(() => this.#context.story.say('the lock on the orders was lost, or not to be had'))
      .finally(() => {
        this.#stall = null;
      });
  }

  /** Ends what is still being done; resolves when it has ended. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#stall;
  }
}
