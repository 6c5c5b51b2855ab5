import type { Logger } from 'pino';

export interface Periodic {
  start(): void;
  /** No further round; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/**
 * Does work again and again, each round `everyMs` after the last one's end, spread by half of it
 * so that replicas do not work in step. A round that fails is logged, and the next one comes anyway.
 */
export function createPeriodic(
  what: string,
  everyMs: number,
  work: () => Promise<void>,
  log: Logger,
): Periodic {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn({ err: error }, `${what} failed`);
    }
  }

  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(
      () => {
        running = round().finally(schedule);
      },
      everyMs * (0.75 + Math.random() / 2),
    );
  }

  return {
    start: schedule,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
