import type { ReleaseName } from '../../src/releases.ts';
import { Load } from '../drain/load.ts';
import { type Member, Rotation } from '../drain/rotation.ts';
import type { Tally } from '../drain/tally.ts';
import type { Customer } from '../harness/customers.ts';
import { pause } from '../harness/interrupt.ts';
import type { Program } from '../harness/program.ts';
import type { Random } from '../harness/random.ts';
import { isReady, startReplica, untilReady } from '../harness/replica.ts';

/** Requests a second: enough that no command is alone, little enough to leave the processors to it. */
const rate = 20;
const lookMs = 20;

export interface ServiceOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly customers: readonly [Customer, ...Customer[]];
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

/** One replica under light load, replaced by one of the next release as the change goes on. */
export class Service {
  readonly #options: ServiceOptions;
  readonly #rotation = new Rotation();
  readonly #programs: Program[] = [];
  #serving: { release: ReleaseName; program: Program; member: Member } | undefined;
  #load: Load | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Serves with a release from now on; the replica of another one takes its leave. */
  async serveWith(release: ReleaseName): Promise<void> {
    const before = this.#serving;
    if (before?.release === release) return;
    const { env, signal } = this.#options;
    const id = `kills-${this.#programs.length + 1}`;
    const program = startReplica(id, release, env);
    this.#programs.push(program);
    const member = this.#rotation.add(id, await untilReady(program, signal));
    this.#serving = { release, program, member };
    this.startLoad();
    if (before === undefined) return;
    before.program.child.kill('SIGTERM');
    while (this.#rotation.has(before.member) && (await isReady(before.member.url))) {
      await pause(lookMs, signal);
    }
    this.#rotation.remove(before.member);
    await before.program.ended;
    await before.member.pool.close();
  }

  startLoad(): void {
    const { customers, random, tally } = this.#options;
    this.#load ??= new Load({ rate, rotation: this.#rotation, tally, customers, random });
  }

  /** Sends nothing new, and waits for what is under way. */
  async stopLoad(): Promise<void> {
    const load = this.#load;
    this.#load = undefined;
    await load?.stop();
  }

  /** Waits until the replica may get traffic, after its database was away. */
  async untilReady(): Promise<void> {
    if (this.#serving !== undefined) await untilReady(this.#serving.program, this.#options.signal);
  }

  async close(): Promise<void> {
    await this.stopLoad();
    for (const { child } of this.#programs) child.kill('SIGKILL');
    await Promise.all(this.#programs.map(({ ended }) => ended));
    await this.#serving?.member.pool.close();
  }
}
