import { once } from 'node:events';
import { join } from 'node:path';
import { standardDisplay } from '../display/terminal.ts';
import { Feed } from '../feed/feed.ts';
import { Control } from '../run/control.ts';
import { openShop } from '../run/open-shop.ts';
import { run } from '../run/run.ts';
import type { RunOptions } from '../run/run-options.ts';
import { explain, interruptedBy } from '../run/stop.ts';
import { openPage } from './open-page.ts';
import type { RunFlags } from './options.ts';
import { outcomeText } from './outcome-text.ts';
import type { PageFlags } from './page-options.ts';
import { placeOf } from './place.ts';
import { prepareFolder, writeResult } from './result-folder.ts';
import { Runs } from './runs.ts';
import { setUp } from './set-up.ts';

/** What a run is told by the command; the rest is chosen on the page. */
export type ServeFlags = Omit<RunFlags, 'strategy' | 'candidate' | 'change' | 'plant'> & PageFlags;

/** Serves the page until it is interrupted; runs are started there, one at a time. */
export async function serve(flags: ServeFlags, otherwise: { change: string }): Promise<never> {
  if (flags.out !== undefined) prepareFolder(flags.out);
  const signal = interruptedBy(process);
  const display = standardDisplay(process.stdout);
  const runs = new Runs(async ({ strategy, candidate, change, quick }, { feed, control }) => {
    const chosen = { strategy, candidate, change: change ?? otherwise.change };
    const asked = withFolder({ ...flags, ...chosen, quick: quick || flags.quick });
    await carryOut(asked, { feed, control, signal });
  });
  if (placeOf(process.env).staysOpen) await showShop({ ...flags, ...otherwise }, signal);
  const page = await openPage(flags, { desk: runs.desk }, display.line);
  runs.onStart((feed) => page.show(feed));
  if (!signal.aborted) await once(signal, 'abort');
  await runs.last;
  await page.close();
  throw signal.reason;
}

/** The shop as it is before any run. */
async function showShop(flags: ServeFlags & { change: string }, signal: AbortSignal) {
  const nothingRolledOut = { strategy: 'canary', candidate: 'healthy' };
  const { out: _, ...asked } = { ...flags, ...nothingRolledOut };
  const display = standardDisplay(process.stdout);
  await openShop(setUp(asked, { feed: new Feed(), control: new Control(), display, signal }));
}

/** A folder for each run. */
function withFolder(flags: RunFlags): RunFlags {
  if (flags.out === undefined) return flags;
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return { ...flags, out: join(flags.out, `${time}-${flags.strategy}-${flags.candidate}`) };
}

/** A run that fails is told of, and the next one may be started. */
async function carryOut(
  flags: RunFlags,
  { feed, control, signal }: Pick<RunOptions, 'feed' | 'control' | 'signal'>,
): Promise<void> {
  const display = standardDisplay(process.stdout);
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
  }
}
