import { once } from 'node:events';
import { join } from 'node:path';
import { standardDisplay } from '../display/terminal.ts';
import { Feed } from '../feed/feed.ts';
import type { Page } from '../page/page-server.ts';
import { Control } from '../run/control.ts';
import { run } from '../run/run.ts';
import { explain, interruptedBy } from '../run/stop.ts';
import { openPage } from './open-page.ts';
import type { RunFlags } from './options.ts';
import { outcomeText } from './outcome-text.ts';
import type { PageFlags } from './page-options.ts';
import { prepareFolder, writeResult } from './result-folder.ts';
import { RunDesk } from './run-desk.ts';
import { setUp } from './set-up.ts';

/** What a run is told by the command; the rest is chosen on the page. */
export type ServeFlags = Omit<RunFlags, 'strategy' | 'candidate' | 'change' | 'plant'> & PageFlags;

/** Serves the page until it is interrupted; runs are started there, one at a time. */
export async function serve(flags: ServeFlags, otherwise: { change: string }): Promise<never> {
  if (flags.out !== undefined) prepareFolder(flags.out);
  const signal = interruptedBy(process);
  const display = standardDisplay(process.stdout);
  let last: Promise<void> = Promise.resolve();
  const desk = new RunDesk((order) => {
    const { strategy, candidate, change, quick } = order;
    const chosen = { strategy, candidate, change: change ?? otherwise.change };
    const run = { ...flags, ...chosen, quick: quick || flags.quick };
    last = carryOut(withFolder(run), { desk, page, signal });
  });
  const page = await openPage(flags, { desk }, display.line);
  if (!signal.aborted) await once(signal, 'abort');
  await last;
  await page.close();
  throw signal.reason;
}

/** A folder for each run. */
function withFolder(flags: RunFlags): RunFlags {
  if (flags.out === undefined) return flags;
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return { ...flags, out: join(flags.out, `${time}-${flags.strategy}-${flags.candidate}`) };
}

interface Served {
  readonly desk: RunDesk;
  readonly page: Page;
  readonly signal: AbortSignal;
}

/** A run that fails is told of, and the next one may be started. */
async function carryOut(flags: RunFlags, { desk, page, signal }: Served): Promise<void> {
  const feed = new Feed();
  const control = new Control();
  const display = standardDisplay(process.stdout);
  desk.running = control;
  page.show(feed);
  const say = (text: string) => feed.emit({ type: 'say', text });
  try {
    if (flags.out !== undefined) prepareFolder(flags.out);
    const result = await run(setUp(flags, { feed, control, display, signal }));
    const written = flags.out === undefined ? [] : writeResult(flags.out, result);
    if (written.length > 0) say(`written: ${written.join(', ')}`);
    process.stdout.write(outcomeText(result, written));
  } catch (error) {
    if (signal.aborted) return;
    say(`the run failed: ${explain(error)}`);
    process.stderr.write(`${explain(error)}\n`);
  } finally {
    desk.running = null;
  }
}
