import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

export type ServiceEvent =
  | { readonly event: 'started' }
  | { readonly event: 'listening' }
  | { readonly event: 'ended'; readonly how: string; readonly lastWords: readonly string[] };

/** So many lines are told when the service ends; all of them are in the container's log. */
const lastWordCount = 20;

/** The service as a child of this process: at most one at a time. */
export class ServiceProcess {
  #child: ChildProcess | null = null;
  /** Resolves with the exit code of the service that runs, or ran last; 0 when there was none. */
  ended: Promise<number> = Promise.resolve(0);

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Starts it; `tell` hears of its way, `ended` being the last. Only while none is running. */
  start(env: Readonly<Record<string, string>>, tell: (event: ServiceEvent) => void): void {
    const child = spawn(process.execPath, ['src/server.ts'], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const lastWords: string[] = [];
    passOn(child, (line) => {
      lastWords.push(line);
      if (lastWords.length > lastWordCount) lastWords.shift();
      if (line.includes('"msg":"listening"')) tell({ event: 'listening' });
    });
    tell({ event: 'started' });
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.#child = null;
      tell({ event: 'ended', how: signal ?? `exit code ${code}`, lastWords });
      return code ?? 128 + constants.signals[signal as NodeJS.Signals];
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }
}

/** Its words go to the container's log as they are. */
function passOn(child: ChildProcess, onLine: (line: string) => void): void {
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    if (from === null) continue;
    createInterface({ input: from }).on('line', (line) => {
      to.write(`${line}\n`);
      onLine(line);
    });
  }
}
