import { once } from 'node:events';
import { readTimeline } from '../page/read-timeline.ts';
import { RefusedError } from '../page/refused.ts';
import { interruptedBy } from '../run/stop.ts';
import { openPage } from './open-page.ts';
import type { PageFlags } from './page-options.ts';

/** There is nothing to choose, and nobody takes orders. */
export const replayDesk = {
  choices: () => ({
    strategies: [],
    candidates: [],
    changes: [],
    running: false,
    mayStart: false,
    replay: true,
    flags: [],
  }),
  async carryOut(): Promise<never> {
    throw new RefusedError(409, 'this is a replay: nothing is running');
  },
};

/**
 * Serves the page of a run of the past until it is interrupted.
 *
 * @throws {NoResultError} when the file is not one.
 */
export async function replay(file: string, flags: PageFlags): Promise<never> {
  const timeline = readTimeline(file);
  const signal = interruptedBy(process);
  const tell = (text: string) => process.stdout.write(`${text}\n`);
  const page = await openPage(flags, { desk: replayDesk, replay: timeline }, tell);
  if (!signal.aborted) await once(signal, 'abort');
  await page.close();
  throw signal.reason;
}
