import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLine, isRunning } from '@scaleretail/embedded/process-identity';
import { type Program, programNames } from '../build/programs.ts';
import { ClusterFailedError } from '../errors.ts';

const logTailLines = 15;

/** The servers of one control plane, each with its log in the folder. They are ended outright. */
export class Servers {
  readonly #folder: string;
  readonly #programs: string;
  readonly #running = new Map<ChildProcess, Promise<void>>();
  readonly #failed = Promise.withResolvers<never>();

  constructor(folder: string, programs: string) {
    this.#folder = folder;
    this.#programs = programs;
    this.#failed.promise.catch(() => undefined);
  }

  /** Rejects with ClusterFailedError when one of them ends that should not. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  start(program: Program, args: readonly string[]): void {
    const log = openSync(join(this.#folder, `${program}.log`), 'w');
    const child = spawn(join(this.#programs, program), args, {
      cwd: this.#folder,
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const ended = new Promise<void>((resolve) => {
      const end = (how: string) => {
        this.#failed.reject(
          new ClusterFailedError(`${program} ended (${how}).`, this.#log(program)),
        );
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
    this.#running.set(child, ended);
  }

  /** Nothing of theirs is kept, so that nothing has to be put in order first. */
  async stop(): Promise<void> {
    for (const child of this.#running.keys()) child.kill('SIGKILL');
    await Promise.all(this.#running.values());
  }

  #log(program: Program): string {
    const log = readFileSync(join(this.#folder, `${program}.log`), 'utf8');
    return log.trimEnd().split('\n').slice(-logTailLines).join('\n');
  }
}

/** Ends the servers that were started on a folder and have outlived their keeper. Linux only. */
export async function endServersOf(folder: string): Promise<void> {
  const left = serversOf(folder);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  while (left.some(isRunning)) await delay(10);
}

/** The processes that run one of the programs with a path in that folder. */
export function serversOf(folder: string): number[] {
  return processIds().filter((pid) => {
    const line = commandLine(pid);
    const program = basename(line.split(' ', 1)[0] ?? '');
    return programNames.some((name) => name === program) && line.includes(folder);
  });
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
