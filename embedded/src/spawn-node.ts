import { type ChildProcess, spawn } from 'node:child_process';

export interface SpawnNodeOptions {
  readonly args?: readonly string[];
  /** The whole environment of the child; PATH and Node's compile cache are added when it has none. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** For Node itself. */
  readonly nodeOptions?: readonly string[];
}

const LEASH = new URL('./leash.ts', import.meta.url).href;

function inherited(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) };
}

/**
 * Runs a script with this process's own Node, on a leash: it gets a SIGTERM when this process ends in
 * whatever way. It has a process group of its own, so that a Ctrl-C is this process's to pass on.
 * Both of its outputs are pipes, which must be read. It keeps this process alive unless unref'd.
 */
export function spawnNode(script: string, options: SpawnNodeOptions): ChildProcess {
  const { nodeOptions = [], args = [] } = options;
  return spawn(process.execPath, [...nodeOptions, '--import', LEASH, script, ...args], {
    detached: true,
    env: { ...inherited(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
}
