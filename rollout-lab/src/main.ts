import { Command, CommanderError, Option } from 'commander';
import { type AaOptions, measureJudge } from './aa/command.ts';
import { candidates } from './candidates/index.ts';
import { changes } from './changes/index.ts';
import { addCheckCost } from './cli/check-cost.ts';
import { addCheckLoad } from './cli/check-load.ts';
import { execute } from './cli/execute.ts';
import { exitCodeOfError } from './cli/exit-code.ts';
import { addRunOptions, choice, whole } from './cli/options.ts';
import { addPageOptions } from './cli/page-options.ts';
import { replay } from './cli/replay.ts';
import { type ServeFlags, serve } from './cli/serve.ts';
import { addCompareCommand } from './compare/command.ts';
import { waysBack } from './run/context.ts';
import { plants } from './run/plant.ts';
import { explain } from './run/stop.ts';
import { strategies } from './strategies/index.ts';

/** What is shown to somebody who sees it for the first time. */
const demo = {
  strategy: 'canary',
  candidate: 'healthy',
  change: 'minor-units',
  goBack: 'flag',
} as const;

const withPage = (command: Command) => addPageOptions(command).option('--no-page', 'no live page');

function buildProgram(): Command {
  const program = new Command('lab')
    .description('Rolls a release out under load on this machine and measures who noticed.')
    .showHelpAfterError()
    .exitOverride();
  withPage(addRunOptions(program.command('demo')))
    .description('the whole story: 1.0 to 4.0 by canary, schema and code, under load')
    .action((flags) => execute({ ...flags, ...demo, quickProfile: 'demo' }));
  withPage(addRunOptions(program.command('run')))
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
  withPage(addRunOptions(program.command('hold')))
    .description('load and ledgers with nothing rolled out, for whoever breaks something meanwhile')
    .option('--for <seconds>', 'how long', whole(1, 86_400), 60)
    .action(({ for: hold, ...flags }) => execute({ ...flags, ...demo, hold }));
  addPageOptions(addRunOptions(program.command('serve')))
    .description('the live page, from which runs are started')
    .action((flags: ServeFlags) => serve({ ...flags, goBack: demo.goBack }, demo));
  addPageOptions(program.command('replay <result>').exitOverride())
    .description('the live page of a run of the past, from its result.json')
    .action(replay);
  addCompareCommand(program.command('compare'));
  program
    .command('aa')
    .description('the judge on data in which nothing is wrong, or something known')
    .exitOverride()
    .option('--windows <n>', 'windows in which nothing is wrong', whole(1, 1_000_000), 1_000)
    .option('--seed <s>', 'seed of the data', '1')
    .option('--json <file>', 'file for the figures')
    .action((options: AaOptions) => {
      process.exitCode = measureJudge(options, console.log) ? 0 : 1;
    });
  addCheckCost(program);
  addCheckLoad(program);
  return program;
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`${explain(error)}\n`);
  process.exit(exitCodeOfError(error));
}
