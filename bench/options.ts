import { Command, InvalidArgumentError } from 'commander';
import { addBackfill, type BackfillFlags } from './backfill/options.ts';
import { shortened, whole } from './flags.ts';
import { type Scenario, scenarios } from './scenarios.ts';

export interface BenchFlags {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly connections: number;
  readonly pool: number;
  readonly orders: number;
  readonly products: number;
  readonly customers: number;
  readonly only: readonly Scenario[];
  readonly quick: boolean;
  readonly check: boolean;
  readonly json?: string;
  readonly profile?: string;
}

export interface MemoryFlags {
  readonly requests: number;
  readonly samples: number;
  readonly connections: number;
  readonly json?: string;
}

/** With --quick, where nothing else is asked for: enough to see that it works, not to rely on. */
const quick = { rounds: 2, seconds: 1, warmup: 0.5, orders: 5_000 } as const;

/** The scenarios of a comma-separated list, in their own order. */
export function parseScenarios(text: string): Scenario[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) {
    const known = scenarios.map(({ name }) => name).join(', ');
    throw new InvalidArgumentError(`"${unknown}" is none of ${known}`);
  }
  return scenarios.filter(({ name }) => wanted.includes(name));
}

export function buildProgram(actions: {
  compare: (flags: BenchFlags) => Promise<void>;
  memory: (flags: MemoryFlags) => Promise<void>;
  backfill: (flags: BackfillFlags) => Promise<void>;
}): Command {
  const program = new Command('bench')
    .description('Measures the API beside a handler written by hand and beside PostgreSQL alone.')
    .showHelpAfterError()
    .exitOverride();
  program
    .command('compare', { isDefault: true })
    .description('everything side by side, in interleaved rounds')
    .option('--rounds <n>', 'rounds of each scenario', whole(1, 100), 5)
    .option('--seconds <n>', 'measured seconds a variant and round', whole(1, 600), 5)
    .option('--warmup <n>', 'seconds before them that do not count', whole(0, 60), 2)
    .option('--connections <n>', 'client connections', whole(1, 1_000), 16)
    .option('--pool <n>', 'database connections of each process', whole(1, 150), 10)
    .option('--orders <n>', 'orders in the database', whole(1_000, 10_000_000), 100_000)
    .option('--products <n>', 'products to order', whole(10, 1_000_000), 1_000)
    .option('--customers <n>', 'customers, each with a token', whole(1, 100_000), 2_000)
    .option('--only <names>', 'scenarios, by comma', parseScenarios, [...scenarios])
    .option('--quick', 'short rounds, to see that it works', false)
    .option('--check', 'exit code 1 when a goal is missed', false)
    .option('--json <file>', 'write the result there, - for standard output')
    .option('--profile <dir>', "write CPU profiles of the API's processes there")
    .action((flags: BenchFlags, command: Command) =>
      actions.compare(shortened(flags, command, quick)),
    );
  program
    .command('memory')
    .description('memory of one replica over many requests')
    .option('--requests <n>', 'requests to send', whole(1_000, 100_000_000), 1_000_000)
    .option('--samples <n>', 'times that memory is looked at', whole(10, 1_000), 40)
    .option('--connections <n>', 'client connections', whole(1, 1_000), 16)
    .option('--json <file>', 'write the result there, - for standard output')
    .action(actions.memory);
  addBackfill(program, actions.backfill);
  for (const command of program.commands) command.showHelpAfterError().exitOverride();
  return program;
}
