import { candidates } from '../candidates/index.ts';
import { changes } from '../changes/index.ts';
import { plainDisplay, terminalDisplay } from '../display/terminal.ts';
import { Feed } from '../feed/feed.ts';
import { loadThresholds, thresholdsFile } from '../judge/thresholds.ts';
import { textTable } from '../report/table.ts';
import { verdictText } from '../report/verdict.ts';
import { Control } from '../run/control.ts';
import { plants } from '../run/plant.ts';
import { profiles } from '../run/profile.ts';
import type { RunResult } from '../run/result.ts';
import { run } from '../run/run.ts';
import { interruptedBy } from '../run/stop.ts';
import { strategies } from '../strategies/index.ts';
import { exitCodeOf } from './exit-code.ts';
import { named, type RunFlags } from './options.ts';
import { prepareFolder, writePart, writeResult } from './result-folder.ts';

/** Customers: 1 % of them still send enough for a verdict in some seconds. */
const customers = 2_000;
const replicas = 4;

/** Carries one run out and says what came of it; sets the exit code. */
export async function execute(flags: RunFlags): Promise<void> {
  const { out } = flags;
  if (out !== undefined) prepareFolder(out);
  const display = process.stdout.isTTY
    ? terminalDisplay(process.stdout)
    : plainDisplay(process.stdout);
  const result = await run({
    strategy: named(strategies, flags.strategy),
    candidate: named(candidates, flags.candidate),
    change: named(changes, flags.change),
    profile: flags.quick ? profiles.quick : profiles.full,
    thresholds: loadThresholds(thresholdsFile),
    plant: flags.plant === undefined ? null : named(plants, flags.plant),
    rate: flags.rate,
    seedOrders: flags.seedOrders,
    seed: flags.seed,
    port: flags.port,
    goBackBy: flags.goBack,
    costPerHour: flags.costPerHour,
    feed: new Feed(),
    control: new Control(),
    customers,
    replicas,
    display,
    signal: interruptedBy(process),
    ...(out !== undefined && { onPart: (part: RunResult) => writePart(out, part) }),
  });
  report(result, out === undefined ? [] : writeResult(out, result));
  process.exitCode = exitCodeOf(result);
}

/** Figures that are not valid are not shown. */
function report(result: RunResult, written: readonly string[]): void {
  const lines = ['', verdictText(result)];
  if (result.valid) lines.unshift('', textTable(result));
  for (const finding of result.findings.slice(0, 10)) {
    lines.push(`  ${finding.kind}: ${finding.table} ${finding.row}: ${finding.detail}`);
  }
  if (written.length > 0) lines.push(`written: ${written.join(', ')}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
