import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Health } from '../http/health.ts';

export interface ShutdownOptions {
  readonly health: Health;
  /** Time to go on serving while routers notice that the replica is not ready any more. */
  readonly delayMs: number;
  /** After this the process ends with what is still open, exit code 1. */
  readonly timeoutMs: number;
  /** Stops accepting, waits for what is in flight, then closes the resources. */
  readonly close: () => Promise<void>;
  readonly log: Logger;
  readonly exitWithoutDraining: boolean;
}

/**
 * Ends the process in order: not ready, wait, drain, close the resources. A second signal ends it at
 * once. Gives back a function that starts the same for another reason and exit code; once it has
 * begun, calling it again changes nothing.
 */
export function installShutdown(options: ShutdownOptions): (why: string, code: number) => void {
  let stopping = false;
  function stop(why: string, code: number): void {
    if (stopping) return;
    if (options.exitWithoutDraining) process.exit(code);
    stopping = true;
    void drainAndExit(options, why, code);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stop(signal, 0);
    });
  }
  return stop;
}

async function drainAndExit(options: ShutdownOptions, why: string, code: number): Promise<void> {
  options.log.info({ why }, 'draining');
  options.health.drain();
  setTimeout(() => {
    options.log.error({ timeoutMs: options.timeoutMs }, 'drain took too long, ending anyway');
    process.exit(1);
  }, options.timeoutMs).unref();
  await sleep(options.delayMs);
  try {
    await options.close();
    options.log.info('stopped');
  } catch (error) {
    options.log.error({ err: error }, 'closing failed');
    process.exit(1);
  }
  // What the exit itself writes out may be there twice when a write is under way.
  options.log.flush(() => process.exit(code));
}
