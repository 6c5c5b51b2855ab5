import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures, Open } from '../companion.ts';
import type { Report } from '../k6/report.ts';
import { runLab } from './lab.ts';
import { type ReadBack, readBack } from './read-back.ts';
import { type K6Run, type Scenario, startK6 } from './run-k6.ts';
import type { Outcome } from './told.ts';

export interface LabOptions {
  readonly scenario: Scenario;
  readonly strategy: string;
  readonly candidate: string;
  /** Requests a second of k6, and of the lab's own load beside it. */
  readonly rate: number;
  readonly labRate: number;
  readonly seconds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longer than any rollout: it is told to stop. */
const endlessSeconds = 3_600;
const baselineSeconds = 15;

/** Carries a load test out on a shop of its own, on this machine; k6 ends with it, however it ends. */
export async function besideLab(options: LabOptions, lab = runLab): Promise<Outcome> {
  const conductor = new Conductor(options);
  const args = options.scenario === 'rollout' ? rolloutArgs(options) : holdArgs();
  const common = ['--quick', '--no-page', '--port', '0', '--out', join(options.folder, 'lab')];
  const say = options.scenario === 'rollout' ? options.say : () => {};
  // At once: the lab's router waits for whoever still sends before it ends.
  options.signal.addEventListener('abort', () => void conductor.stop(), { once: true });
  try {
    const code = await lab([...args, ...common], conductor, say, options.signal);
    options.signal.throwIfAborted();
    return await conductor.outcome(code);
  } finally {
    await conductor.stop();
  }
}

/** The healthy canary is the demo, whose steps are short: nothing has to show in them. */
function rolloutArgs({ strategy, candidate, labRate }: LabOptions): string[] {
  const isDemo = strategy === 'canary' && candidate === 'healthy';
  const command = isDemo ? ['demo'] : ['run', '--strategy', strategy, '--candidate', candidate];
  return [...command, '--rate', String(labRate)];
}

/** The shop as it is, and next to nobody in it but k6. */
const holdArgs = (): string[] => ['hold', '--for', '1', '--rate', '1', '--seed-orders', '20000'];

class Conductor {
  readonly #options: LabOptions;
  #shop: Open | null = null;
  #before: Report | null = null;
  #run: K6Run | null = null;
  #own: Figures | null = null;
  #readBack: ReadBack | null = null;

  constructor(options: LabOptions) {
    this.#options = options;
  }

  async open(shop: Open): Promise<void> {
    const { folder, scenario, rate, seconds, say } = this.#options;
    this.#shop = shop;
    writeFileSync(this.#customersFile, JSON.stringify(shop.customers));
    if (scenario === 'rollout') {
      say(`k6 measures the shop as it is, for ${baselineSeconds} s`);
      const before = this.#start('baseline', join(folder, 'baseline'), baselineSeconds);
      this.#before = await before.report;
      await this.#start('rollout', folder, null).sending();
    } else {
      say(`k6: ${scenario}, ${rate} requests a second`);
      await this.#start(scenario, folder, seconds).report;
    }
  }

  async ending({ own }: { own: Figures }): Promise<string | null> {
    const [run, shop] = [this.#run, this.#shop];
    if (run === null || shop === null) throw new Error('it ends before it has begun');
    this.#own = own;
    run.stop();
    await run.report;
    this.#readBack = await readBack(shop.url, shop.customers, run.toldFile);
    return run.toldFile;
  }

  async outcome(code: number): Promise<Outcome> {
    const [run, own, read] = [this.#run, this.#own, this.#readBack];
    if (run === null || own === null || read === null) throw new LabEndedError(code);
    const lab = { own, code };
    return { report: await run.report, before: this.#before, readBack: read, lab };
  }

  /** Nothing goes on sending. */
  async stop(): Promise<void> {
    this.#run?.stop();
    await this.#run?.report.catch(() => {}); // the failure was told already
  }

  get #customersFile(): string {
    return join(this.#options.folder, 'customers.json');
  }

  #start(scenario: Scenario, folder: string, seconds: number | null): K6Run {
    this.#options.signal.throwIfAborted();
    const shop = this.#shop;
    if (shop === null) throw new Error('there is no shop yet');
    mkdirSync(folder, { recursive: true });
    const env = {
      SHOP_URL: shop.url,
      CUSTOMERS_FILE: this.#customersFile,
      RATE: String(this.#options.rate),
      DURATION: String(seconds ?? endlessSeconds),
      PHASES: shop.phases.join(','),
      RELEASES: shop.releases.join(','),
      ...(this.#before !== null && {
        BASELINE_FILE: join(this.#options.folder, 'baseline', 'summary.json'),
      }),
    };
    this.#run = startK6({ scenario, folder, env });
    return this.#run;
  }
}

/** The lab ended before the load test had measured anything; its own words say why. */
export class LabEndedError extends Error {
  readonly exitCode: number;

  constructor(code: number) {
    super(`the lab ended before anything was measured (exit code ${code})`);
    this.name = 'LabEndedError';
    this.exitCode = code === 0 ? 1 : code;
  }
}
