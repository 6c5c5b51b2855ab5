import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 500;

/**
 * Does something again while it fails for a reason that passes, for so long at most: a part was killed,
 * or is being started again.
 *
 * @throws what it threw last
 */
export async function persistently<T>(
  work: () => Promise<T>,
  passes: (error: unknown) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || Date.now() > deadline) throw error;
      await sleep(everyMs);
    }
  }
}
