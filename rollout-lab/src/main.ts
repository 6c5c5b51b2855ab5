import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { candidates } from './candidates/index.ts';
import { changes } from './changes/index.ts';
import { plainDisplay, terminalDisplay } from './display/terminal.ts';
import { Feed } from './feed/feed.ts';
import { loadThresholds } from './judge/thresholds.ts';
import { markdownReport, verdictOf } from './report/markdown.ts';
import { textTable } from './report/table.ts';
import { type WayBack, waysBack } from './run/context.ts';
import { Control } from './run/control.ts';
import { plants } from './run/plant.ts';
import { profiles } from './run/profile.ts';
import type { RunResult } from './run/result.ts';
import { run } from './run/run.ts';
import { explain, Interrupted, interruptedBy, OutFolderError } from './run/stop.ts';
import { strategies } from './strategies/index.ts';

interface Flags {
  readonly quick: boolean;
  readonly rate: number;
  readonly seedOrders: number;
  readonly seed: string;
  readonly port: number;
  readonly strategy: string;
  readonly candidate: string;
  readonly change: string;
  readonly goBack: WayBack;
  readonly plant?: string;
  readonly out?: string;
}

/** The limits that k6 and the engines of a cluster go by as well. */
const thresholdsFile = fileURLToPath(new URL('../../load-tests/thresholds.json', import.meta.url));

/** Customers: 1 % of them still send enough for a verdict in some seconds. */
const customers = 2_000;
const replicas = 4;

/** What is shown to somebody who sees it for the first time. */
const demo = {
  strategy: 'canary',
  candidate: 'healthy',
  change: 'minor-units',
  goBack: 'flag',
} as const;

function whole(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/** The row of a table that commander has already checked the name of. */
function named<T extends { readonly name: string }>(rows: readonly T[], name: string): T {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`there is no ${name}`);
  return row;
}

/** Before anything is run: a folder that cannot be written would cost the whole run's result. */
async function prepareOut(out: string | undefined): Promise<void> {
  if (out === undefined) return;
  await mkdir(out, { recursive: true }).catch((error: Error) => {
    throw new OutFolderError(out, error);
  });
  await access(out, constants.W_OK).catch((error: Error) => {
    throw new OutFolderError(out, error);
  });
}

async function execute(flags: Flags): Promise<void> {
  await prepareOut(flags.out);
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
    feed: new Feed(),
    control: new Control(),
    customers,
    replicas,
    display,
    signal: interruptedBy(process),
  });
  await report(result, flags.out);
  process.exitCode = result.green ? 0 : 1;
}

async function report(result: RunResult, out: string | undefined): Promise<void> {
  const lines = ['', textTable(result), '', verdictOf(result).replaceAll('**', '')];
  for (const finding of result.findings.slice(0, 10)) {
    lines.push(`  ${finding.kind}: ${finding.table} ${finding.row}: ${finding.detail}`);
  }
  if (out !== undefined) {
    await writeFile(join(out, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(join(out, 'report.md'), markdownReport(result));
    lines.push(`written: ${join(out, 'result.json')}, ${join(out, 'report.md')}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

function addCommonOptions(command: Command): Command {
  return command
    .exitOverride()
    .option('--quick', 'shorter steps and windows', false)
    .option('--rate <n>', 'requests a second', whole(1, 5_000), 220)
    .option('--seed-orders <n>', 'orders in the database before', whole(1, 10_000_000), 100_000)
    .option('--seed <s>', 'seed of the load', '1')
    .option('--port <n>', 'port of the shop on 127.0.0.1, 0 for any', whole(0, 65_535), 8080)
    .option('--out <dir>', 'folder for result.json and report.md');
}

function buildProgram(): Command {
  const program = new Command('lab')
    .description('Rolls a release out under load on this machine and measures who noticed.')
    .showHelpAfterError()
    .exitOverride();
  addCommonOptions(program.command('demo'))
    .description('the whole story: 1.0 to 4.0 by canary, schema and code, under load')
    .action((flags) => execute({ ...flags, ...demo }));
  addCommonOptions(program.command('run'))
    .description('one strategy with one candidate')
    .addOption(choice('--strategy <name>', strategies).makeOptionMandatory())
    .addOption(choice('--candidate <name>', candidates).default(demo.candidate))
    .addOption(choice('--change <name>', changes).default(demo.change))
    .addOption(choice('--plant <fault>', plants))
    .addOption(
      new Option('--go-back <way>', 'what a canary turns back first')
        .choices(waysBack)
        .default('flag'),
    )
    .action(execute);
  return program;
}

function choice(flag: string, rows: readonly { name: string }[]): Option {
  return new Option(flag).choices(rows.map((row) => row.name));
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`${explain(error)}\n`);
  process.exit(error instanceof Interrupted ? error.exitCode : 1);
}
