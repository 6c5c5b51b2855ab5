import { spawn } from 'node:child_process';
import { findFreePort } from '@scaleretail/embedded/free-port';
import { docker, type Ran, root, run } from './docker.ts';
import { LabRun } from './lab-run.ts';

/** Of the images that are built from this checkout, so that a demo that runs here keeps its own. */
const tag = 'test';

export async function buildImages(): Promise<void> {
  const { code, stderr } = await run('docker', ['compose', 'build', '-q'], { TAG: tag });
  if (code !== 0) throw new Error(`docker compose build failed:\n${stderr}`);
}

/** docker-compose.yml under a name and with ports of its own. */
export class Stack {
  readonly #env: Readonly<Record<string, string>>;
  readonly project: string;

  private constructor(project: string, env: Readonly<Record<string, string>>) {
    this.project = project;
    this.#env = env;
  }

  static async create(name: string, env: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const project = `scaleretail-${name}-${process.pid}`;
    const [shop, lab, flags, prometheus] = await Promise.all(
      Array.from({ length: 4 }, findFreePort),
    );
    return new Stack(project, {
      COMPOSE_PROJECT_NAME: project,
      TAG: tag,
      SHOP_PORT: String(shop),
      LAB_PORT: String(lab),
      FLAGS_PORT: String(flags),
      PROMETHEUS_PORT: String(prometheus),
      ...env,
    });
  }

  get shopUrl(): string {
    return `http://127.0.0.1:${this.#env.SHOP_PORT}`;
  }

  get flagsUrl(): string {
    return `http://127.0.0.1:${this.#env.FLAGS_PORT}`;
  }

  get prometheusUrl(): string {
    return `http://127.0.0.1:${this.#env.PROMETHEUS_PORT}`;
  }

  get pageUrl(): string {
    return `http://127.0.0.1:${this.#env.LAB_PORT}`;
  }

  /** `docker compose …`, however it ends. */
  try(...args: readonly string[]): Promise<Ran> {
    return run('docker', ['compose', ...args], this.#env);
  }

  /** `docker compose …`, which must succeed; gives what it prints. */
  async compose(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(...args);
    if (code === 0) return stdout.trim();
    const logs = await this.try('logs', '--no-color', '--tail', '20');
    throw new Error(`compose ${args.join(' ')} ended with ${code}:\n${stderr}\n${logs.stdout}`);
  }

  /** Everything but what belongs to a profile; or what is named, whatever it belongs to. */
  up(...services: readonly string[]): Promise<string> {
    return this.compose('up', '--detach', '--wait', '--no-build', ...services);
  }

  /** Everything that the project has made. */
  async remains(): Promise<string[]> {
    const ofProject = ['--quiet', '--filter', `label=com.docker.compose.project=${this.project}`];
    const found = await Promise.all([
      docker('ps', '--all', ...ofProject),
      docker('volume', 'ls', ...ofProject),
      docker('network', 'ls', ...ofProject),
    ]);
    return found.flatMap((ids) => ids.split('\n').filter((id) => id !== ''));
  }

  down(): Promise<string> {
    return this.compose('--profile', '*', 'down', '--volumes', '--timeout', '20');
  }

  /** A command of the lab in its container. */
  lab(name: string, ...args: readonly string[]): LabRun {
    const out = `/results/${name}`;
    const command = ['node', 'rollout-lab/src/main.ts', ...args, '--no-page', '--out', out];
    const env = { ...process.env, ...this.#env };
    return new LabRun(
      spawn('docker', ['compose', 'exec', '-T', 'lab', ...command], { cwd: root, env }),
      async () => JSON.parse(await this.compose('exec', '-T', 'lab', 'cat', `${out}/result.json`)),
    );
  }

  /** Ids of the containers of a service that are there. */
  async containers(service: string): Promise<string[]> {
    return (await this.compose('ps', '--quiet', service)).split('\n').filter((id) => id !== '');
  }
}
