import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import { againstShop, CustomersFileError } from './runner/against-shop.ts';
import { besideLab, LabEndedError } from './runner/beside-lab.ts';
import { findK6, NoK6Error } from './runner/find-k6.ts';
import { K6FailedError, type Scenario, scenarios } from './runner/run-k6.ts';
import { exitCodeOf, told } from './runner/told.ts';

interface Flags {
  readonly shop?: string;
  readonly customers?: string;
  readonly baseline?: string;
  readonly rate?: number;
  readonly duration?: number;
  readonly strategy: string;
  readonly candidate: string;
  readonly labRate: number;
  readonly out?: string;
}

/** Requests a second, and seconds, without --rate and --duration. */
const usual: Readonly<Record<Scenario, readonly [rate: number, seconds: number]>> = {
  smoke: [1, 30],
  baseline: [100, 30],
  rollout: [100, 120],
  stress: [100, 10],
  soak: [60, 600],
};

function whole(text: string): number {
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('must be a whole number from 1 to 999999');
}

function address(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('must be an http address, as http://127.0.0.1:8080');
}

/** Told to end by a signal: what was started ends first. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [name, code] of Object.entries(codes)) {
    process.on(name, () => {
      process.exitCode = code;
      controller.abort(new Error(`stopped (${name}); everything that was started has been ended`));
    });
  }
  return controller.signal;
}

async function load(scenario: Scenario, flags: Flags, signal: AbortSignal): Promise<void> {
  findK6(); // before a shop is filled for nothing
  const folder =
    flags.out === undefined ? mkdtempSync(join(tmpdir(), 'scaleretail-load-')) : resolve(flags.out);
  mkdirSync(folder, { recursive: true });
  try {
    const [rate, seconds] = usual[scenario];
    const common = {
      scenario,
      rate: flags.rate ?? rate,
      seconds: flags.duration ?? seconds,
      folder,
      signal,
    };
    const { shop, customers } = flags;
    const outcome =
      shop === undefined || customers === undefined
        ? await besideLab({
            ...common,
            ...flags,
            say: (line) => process.stdout.write(`    ${line}\n`),
          })
        : await againstShop({
            ...common,
            shop,
            customersFile: customers,
            baselineFile: flags.baseline,
          });
    process.stdout.write(`\n${told(outcome)}`);
    if (flags.out !== undefined)
      process.stdout.write(`written: ${join(folder, 'summary.json')}, summary.html\n`);
    process.exitCode = exitCodeOf(outcome);
  } finally {
    if (flags.out === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

const program = new Command('load')
  .description('Customers who order, pay and read back, sent by k6.')
  .addArgument(new Argument('<scenario>').choices(scenarios))
  .option('--rate <n>', 'requests a second', whole)
  .option(
    '--duration <seconds>',
    'how long; a rollout beside the lab takes as long as it takes',
    whole,
  )
  .option('--out <dir>', 'folder for summary.json and summary.html')
  .option(
    '--shop <url>',
    'a shop that is there already, instead of one that the lab starts',
    address,
  )
  .option('--customers <file>', 'with --shop: who orders, as [{ "id", "token" }]')
  .option(
    '--baseline <file>',
    "with --shop: summary.json of the scenario 'baseline', to be held against",
  )
  .option('--strategy <name>', 'of the rollout: rolling, blue-green or canary', 'canary')
  .option('--candidate <name>', 'what is rolled out: see npm run lab -- run --help', 'healthy')
  .option('--lab-rate <n>', "requests a second of the lab's own load beside it", whole, 110)
  .showHelpAfterError()
  .exitOverride()
  .action(async (scenario: Scenario, flags: Flags) => {
    if ((flags.shop === undefined) !== (flags.customers === undefined)) {
      program.error(
        'error: --shop and --customers go together: a shop takes orders of customers that it knows',
      );
    }
    await load(scenario, flags, interrupted());
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const expected = [NoK6Error, K6FailedError, LabEndedError, CustomersFileError];
  const isExpected = expected.some((kind) => error instanceof kind);
  const { message, stack, exitCode = 1 } = error as Error & { exitCode?: number };
  process.stderr.write(`${isExpected || process.exitCode !== undefined ? message : stack}\n`);
  process.exitCode ??= exitCode;
}
