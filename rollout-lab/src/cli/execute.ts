import { standardDisplay } from '../display/terminal.ts';
import { Feed } from '../feed/feed.ts';
import { Control } from '../run/control.ts';
import { run } from '../run/run.ts';
import { interruptedBy } from '../run/stop.ts';
import { exitCodeOf } from './exit-code.ts';
import { openPage } from './open-page.ts';
import type { RunFlags } from './options.ts';
import { outcomeText } from './outcome-text.ts';
import type { OptionalPageFlags } from './page-options.ts';
import { prepareFolder, writeResult } from './result-folder.ts';
import { RunDesk } from './run-desk.ts';
import { setUp } from './set-up.ts';

/** Carries one run out, on its page too, and says what came of it; sets the exit code. */
export async function execute(flags: RunFlags & OptionalPageFlags): Promise<void> {
  if (flags.out !== undefined) prepareFolder(flags.out);
  const signal = interruptedBy(process);
  const display = standardDisplay(process.stdout);
  const feed = new Feed();
  const control = new Control();
  const desk = new RunDesk();
  const page = flags.page ? await openPage(flags, { desk }, display.line) : null;
  page?.show(feed);
  desk.running = control;
  try {
    const result = await run(setUp(flags, { feed, control, display, signal }));
    const written = flags.out === undefined ? [] : writeResult(flags.out, result);
    if (written.length > 0) feed.emit({ type: 'say', text: `written: ${written.join(', ')}` });
    process.stdout.write(outcomeText(result, written));
    process.exitCode = exitCodeOf(result);
  } finally {
    await page?.close();
  }
}
