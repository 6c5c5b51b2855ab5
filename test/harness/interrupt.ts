import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** The run was told to end before it was through. */
export class InterruptedError extends Error {
  /** As a shell tells it: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`interrupted by ${signal}`);
    this.name = 'InterruptedError';
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Aborted, with an InterruptedError, at the first signal that tells this process to end. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new InterruptedError(signal)));
  }
  return controller.signal;
}

/** Waits; @throws the signal's reason when it is aborted meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
