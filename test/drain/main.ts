import { Command, Option } from 'commander';
import { interruption } from '../harness/interrupt.ts';
import { whole } from '../harness/numbers.ts';
import { runProgram, tellResult } from '../harness/run-program.ts';
import { reportOf } from './report.ts';
import { drain } from './run.ts';

interface Flags {
  readonly replacements?: number;
  readonly quick: boolean;
  readonly rate: number;
  readonly seed: number;
  readonly plant?: string;
  readonly json: boolean;
}

const replacements = { full: 100, quick: 10 };

const program = new Command('test:drain')
  .description('Replaces replicas under load; no client may notice.')
  .option('--replacements <n>', `how many (default ${replacements.full})`, whole(1, 10_000))
  .option('--quick', `${replacements.quick} replacements`, false)
  .option('--rate <n>', 'requests a second', whole(1, 2_000), 200)
  .option('--seed <n>', 'seed of the load', whole(0, 2 ** 31), 1)
  .addOption(new Option('--plant <fault>', 'prove that the run can fail').choices(['no-drain']))
  .option('--json', 'print the result as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .action(async (flags: Flags) => {
    const result = await drain({
      replacements: flags.replacements ?? (flags.quick ? replacements.quick : replacements.full),
      rate: flags.rate,
      seed: flags.seed,
      faults: flags.plant === 'no-drain' ? 'exit-without-draining' : 'none',
      signal: interruption(),
      say: (line) => process.stderr.write(`${line}\n`),
    });
    tellResult(result, { json: flags.json, report: reportOf });
  });

await runProgram(program);
