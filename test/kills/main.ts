import { Command } from 'commander';
import { interruption } from '../harness/interrupt.ts';
import { whole } from '../harness/numbers.ts';
import { runProgram, tellResult } from '../harness/run-program.ts';
import { reportOf } from './report.ts';
import { kills } from './run.ts';
import { wholeRoute } from './steps.ts';

interface Flags {
  readonly kills: number;
  readonly minutes: number;
  readonly seed: number;
  readonly json: boolean;
}

const program = new Command('test:kills')
  .description('Kills the schema commands at any moment; run again, they come to the right end.')
  .option('--kills <n>', 'that hit a command at work', whole(1, 100_000), 100)
  .option('--minutes <n>', 'after which no other walk is begun', whole(1, 10_000), 20)
  .option('--seed <n>', 'of all that is drawn', whole(0, 2 ** 31), 1)
  .option('--json', 'print the result as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .action(async (flags: Flags) => {
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const result = await kills({ ...flags, route: wholeRoute, signal: interruption(), say });
    tellResult(result, { json: flags.json, report: reportOf });
  });

await runProgram(program);
