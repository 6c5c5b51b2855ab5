import { expect } from 'vitest';
import type { ReleaseName } from '../../src/releases.ts';
import { type Replica, readyReplica } from './replica.ts';

/** Replicas of one release at a time, which customers are sent to in turns. */
export class RollingFleet {
  readonly #env: (release: ReleaseName) => Record<string, string>;
  readonly #all: Replica[] = [];
  readonly #size: number;
  #serving: (Replica & { url: string })[] = [];
  #turn = 0;

  /** @param env the environment of a new replica. */
  constructor(size: number, env: (release: ReleaseName) => Record<string, string>) {
    this.#size = size;
    this.#env = env;
  }

  readonly nextUrl = (): string => {
    this.#turn += 1;
    return this.#serving[this.#turn % this.#serving.length]?.url ?? '';
  };

  /** Adds replicas of a release to those before it, has both serve, and takes the old ones away. */
  async roll(release: ReleaseName): Promise<void> {
    const old = this.#serving;
    for (let count = 0; count < this.#size; count += 1) {
      // What was sent to one before it was left out still has to arrive.
      const replica = await readyReplica({ ...this.#env(release), SHUTDOWN_DELAY_MS: '500' });
      this.#all.push(replica);
      this.#serving = [...this.#serving, replica];
    }
    this.#serving = this.#serving.filter((replica) => !old.includes(replica));
    for (const replica of old) replica.child.kill('SIGTERM');
    for (const replica of old) expect((await replica.ended).code).toBe(0);
  }

  /** Everything that any replica has logged. */
  log(): string {
    return this.#all.map((replica) => replica.stdout()).join('');
  }
}
