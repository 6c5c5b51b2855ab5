import { epochMs } from '../metrics/clock.ts';
import type { Observation } from '../metrics/types.ts';
import { threadCpuMs } from '../threads/cpu.ts';
import { Client } from './client.ts';
import { Plan } from './plan.ts';
import { Schedule } from './schedule.ts';
import { ToldFile } from './told-file.ts';
import type { Kept, LoadConfig, LoadSummary } from './types.ts';

const BATCH_MS = 100;

/** The load, in whichever thread it is started. */
export class Engine {
  readonly #config: LoadConfig;
  readonly #onBatch: (batch: Observation[]) => void;
  readonly #file: ToldFile;
  readonly #client: Client;
  readonly #plan: Plan;
  readonly #schedule: Schedule;
  readonly #flushing: NodeJS.Timeout;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #cpuMsBefore = threadCpuMs();
  #batch: Observation[] = [];

  private constructor(config: LoadConfig, file: ToldFile, onBatch: (b: Observation[]) => void) {
    this.#config = config;
    this.#onBatch = onBatch;
    this.#file = file;
    this.#client = new Client(config);
    this.#plan = new Plan(config, file);
    this.#schedule = new Schedule(config.rate, (k, intended) => this.#launch(k, intended));
    this.#flushing = setInterval(() => this.#flush(), BATCH_MS);
  }

  /** Sending begins before this resolves. Rejects when the told file cannot be opened. */
  static async start(config: LoadConfig, onBatch: (b: Observation[]) => void): Promise<Engine> {
    return new Engine(config, await ToldFile.open(config.toldFile), onBatch);
  }

  summary(kept: Kept = this.#schedule.kept()): LoadSummary {
    const cpuMs = threadCpuMs() - this.#cpuMsBefore;
    return { ...kept, withoutSlot: this.#client.withoutSlot, cpuMs };
  }

  async stop(): Promise<LoadSummary> {
    const summary = this.summary(this.#schedule.stop());
    await Promise.all(this.#inFlight);
    clearInterval(this.#flushing);
    this.#flush();
    await Promise.all([this.#file.close(), this.#client.close()]);
    return summary;
  }

  #launch(k: number, intended: number): void {
    const done: Promise<void> = this.#run(k, intended).finally(() => this.#inFlight.delete(done));
    this.#inFlight.add(done);
  }

  async #run(k: number, intended: number): Promise<void> {
    const call = this.#plan.call(k);
    const customer = this.#config.customers[call.customer];
    if (!customer) throw new RangeError(`there is no customer ${call.customer}`);
    const { body, ...reply } = await this.#client.send(call, customer);
    const latencyMs = epochMs() - intended;
    const ok = reply.status === call.success;
    const wrong = ok && call.isWrong(body);
    if (ok) call.acknowledge?.(body);
    const { kind } = call;
    this.#batch.push({
      at: intended,
      latencyMs,
      kind,
      customer: call.customer,
      ok,
      wrong,
      ...reply,
    });
  }

  #flush(): void {
    this.#file.flush();
    if (this.#batch.length === 0) return;
    this.#onBatch(this.#batch);
    this.#batch = [];
  }
}
