import { type Command, InvalidArgumentError } from 'commander';
import { addLoadOptions, type LoadFlags, whole } from '../cli/options.ts';
import { setUp } from '../cli/set-up.ts';
import { Feed } from '../feed/feed.ts';
import { plural } from '../report/format.ts';
import { Control } from '../run/control.ts';
import { profiles } from '../run/profile.ts';
import { run } from '../run/run.ts';
import type { RunOptions } from '../run/run-options.ts';
import { Interrupted, interruptedBy } from '../run/stop.ts';
import type { Display } from '../run/story.ts';
import { type Combination, combinations, nameOf, type PlannedRun, planOf } from './combinations.ts';
import { compare, type DoneRun, exitCodeOfAll } from './compare.ts';
import { type Comparison, comparisonOf } from './comparison.ts';
import { ComparisonFolder, ComparisonFolderError } from './folder.ts';
import { htmlComparison } from './html.ts';
import { markdownComparison } from './markdown.ts';
import type { ComparisonOptions } from './options.ts';
import { tablePicture } from './picture.ts';
import { progressLine } from './progress.ts';
import { summaryOf } from './rows.ts';

interface CompareFlags extends LoadFlags {
  readonly repeat: number;
  readonly only?: readonly Combination[];
  readonly out: string;
  readonly resume: boolean;
}

const change = 'minor-units';
/** With `--quick`: filling the shop is a good part of a short run. */
const quickSeedOrders = 10_000;

const silent: Display = { line() {}, step() {}, live() {}, close() {} };

export function addCompareCommand(command: Command): void {
  addLoadOptions(command, { port: 0 })
    .description('every strategy with every candidate, and what it says of the published claims')
    .option('--repeat <n>', 'how often each combination is run', whole(1, 1_000), 1)
    .option('--only <list>', 'strategies, candidates or pairs such as canary:failing', listed)
    .option('--resume', 'go on with the comparison in the folder', false)
    .requiredOption('--out <dir>', 'folder for the comparison and the result of each run')
    .action(async (flags: CompareFlags) => {
      const chosen = command.getOptionValueSource('seedOrders') !== 'default';
      const seedOrders = flags.quick && !chosen ? quickSeedOrders : flags.seedOrders;
      process.exitCode = await carryOut({ ...flags, seedOrders });
    });
}

/** For commander, which tells the error and ends with 2. */
function listed(text: string): Combination[] {
  try {
    return combinations(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

async function carryOut(flags: CompareFlags): Promise<number> {
  const list = flags.only ?? combinations();
  const options = optionsOf(flags, list);
  const plan = planOf(list, options);
  try {
    const folder = ComparisonFolder.open(flags.out, options, flags.resume);
    say(`${plural(plan.length, 'run')}, one after the other; a line for each that has ended`);
    const done = await runAll(plan, flags, folder);
    const comparison = comparisonOf(options, list, done);
    say(`\n${summaryOf(comparison)}\nwritten: ${write(folder, comparison).join(', ')}`);
    return exitCodeOfAll(done);
  } catch (error) {
    if (error instanceof ComparisonFolderError) {
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
    if (error instanceof Interrupted) say('the runs that have ended are kept: go on by --resume');
    throw error;
  }
}

function runAll(
  plan: readonly PlannedRun[],
  flags: CompareFlags,
  folder: ComparisonFolder,
): Promise<DoneRun[]> {
  const signal = interruptedBy(process);
  return compare(plan, {
    signal,
    now: () => performance.now(),
    finished: (planned) => folder.finished(planned),
    keep: (planned, result) => folder.keep(planned, result),
    runOne: (planned) => run(runOptionsOf(planned, flags, signal)),
    onDone: (done, soFar) => say(progressLine(plan, soFar, done)),
  });
}

function runOptionsOf(
  { strategy, candidate, goBackBy, seed }: PlannedRun,
  { out, ...flags }: CompareFlags,
  signal: AbortSignal,
): RunOptions {
  return setUp(
    { ...flags, strategy, candidate, change, goBack: goBackBy, seed },
    { feed: new Feed(), control: new Control(), display: silent, signal },
  );
}

function optionsOf(flags: CompareFlags, list: readonly Combination[]): ComparisonOptions {
  const { quick, rate, seedOrders, seed, costPerHour, repeat } = flags;
  return {
    profile: (quick ? profiles.quick : profiles.full).name,
    rate,
    seedOrders,
    seed,
    costPerHour,
    change,
    repeat,
    combinations: list.map(nameOf),
  };
}

function write(folder: ComparisonFolder, comparison: Comparison): string[] {
  return [
    folder.write('comparison.json', `${JSON.stringify(comparison, null, 2)}\n`),
    folder.write('comparison.md', markdownComparison(comparison)),
    folder.write('comparison.html', htmlComparison(comparison)),
    folder.write('table.svg', tablePicture(comparison)),
  ];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
