import { setTimeout as sleep } from 'node:timers/promises';

/** Something did not come about in the time it had. */
export class TookTooLongError extends Error {
  constructor(what: string, withinMs: number) {
    super(`waited ${withinMs / 1000} s in vain until ${what}`);
    this.name = 'TookTooLongError';
  }
}

export interface WaitOptions {
  readonly what: string;
  readonly withinMs: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks again and again until the answer is yes.
 *
 * @throws {TookTooLongError} when it never was; and the signal's reason when it is aborted.
 */
export async function waitUntil(
  condition: () => Promise<boolean> | boolean,
  options: WaitOptions,
): Promise<void> {
  const deadline = Date.now() + options.withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new TookTooLongError(options.what, options.withinMs);
    await pause(options.everyMs, options.signal);
  }
}

/** Waits; @throws the signal's reason when it is aborted meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
