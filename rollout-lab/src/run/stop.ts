import { PortTakenError } from '../router/errors.ts';

/** Somebody ended the run: Ctrl-C, `kill`, or the terminal went away. */
export class Interrupted extends Error {
  /** The signal's name. */
  readonly how: string;
  readonly exitCode: number;

  constructor(how: string, exitCode: number) {
    super(`stopped (${how}); everything that was started has been ended and removed`);
    this.name = 'Interrupted';
    this.how = how;
    this.exitCode = exitCode;
  }
}

/** Conventional exit codes: 128 and the number of the signal. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Aborted when the process is told to end, or when the process that started it is gone. */
export function interruptedBy(target: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  for (const [signal, code] of Object.entries(signals)) {
    target.on(signal, () => controller.abort(new Interrupted(signal, code)));
  }
  return controller.signal;
}

/** What is expected to go wrong is told in a sentence; only the rest comes with its stack. */
export function explain(error: unknown): string {
  if (error instanceof PortTakenError) {
    return `port ${error.port} is taken: choose another one with --port, or 0 for any`;
  }
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' || error instanceof TypeError
    ? (error.stack ?? error.message)
    : error.message;
}
