import { type Command, Option } from 'commander';
import { shortened, whole } from '../flags.ts';

export interface BackfillFlags {
  readonly rows: number;
  readonly rounds: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly limit: number;
  readonly only?: 'idle' | 'live';
  readonly engine: string;
  readonly sharedBuffers: number;
  readonly quick: boolean;
  readonly check: boolean;
  readonly json?: string;
  readonly plot?: string;
}

/** With --quick, where nothing else is asked for: enough to see that it works, not to rely on. */
const quick = { rows: 20_000, rounds: 1, seconds: 1, warmup: 1, limit: 3 } as const;

export function addBackfill(program: Command, action: (flags: BackfillFlags) => Promise<void>) {
  program
    .command('backfill')
    .description('the backfill beside one UPDATE and beside a naive loop, idle and under load')
    .option('--rows <n>', 'orders, each with items and mostly a payment', whole(10_000, 1e8), 1e6)
    .option('--rounds <n>', 'rounds of everything', whole(1, 100), 3)
    .option('--rate <n>', 'requests a second beside it', whole(1, 10_000), 200)
    .option('--seconds <n>', 'of the load alone, before and after', whole(1, 600), 30)
    .option('--warmup <n>', 'seconds before them that do not count', whole(0, 600), 10)
    .option('--limit <n>', 'most seconds of the loop, and of anything live', whole(1, 86_400), 90)
    .addOption(new Option('--only <part>', 'one part').choices(['idle', 'live']))
    .option('--engine <options>', 'options of `schema backfill`, in one text', '')
    .option('--shared-buffers <MB>', "PostgreSQL's cache", whole(16, 1_000_000), 1_024)
    .option('--quick', 'few rows, one round, to see that it works', false)
    .option('--check', 'exit code 1 when a goal is missed', false)
    .option('--json <file>', 'write the result there, - for standard output')
    .option('--plot <file>', 'draw the speeds there, as SVG')
    .action((flags: BackfillFlags, command: Command) => action(shortened(flags, command, quick)));
}
