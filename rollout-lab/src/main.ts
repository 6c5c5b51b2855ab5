import { Command, CommanderError, Option } from 'commander';
import { candidates } from './candidates/index.ts';
import { changes } from './changes/index.ts';
import { execute } from './cli/execute.ts';
import { addRunOptions, choice } from './cli/options.ts';
import { waysBack } from './run/context.ts';
import { plants } from './run/plant.ts';
import { explain, Interrupted } from './run/stop.ts';
import { strategies } from './strategies/index.ts';

/** What is shown to somebody who sees it for the first time. */
const demo = {
  strategy: 'canary',
  candidate: 'healthy',
  change: 'minor-units',
  goBack: 'flag',
} as const;

function buildProgram(): Command {
  const program = new Command('lab')
    .description('Rolls a release out under load on this machine and measures who noticed.')
    .showHelpAfterError()
    .exitOverride();
  addRunOptions(program.command('demo'))
    .description('the whole story: 1.0 to 4.0 by canary, schema and code, under load')
    .action((flags) => execute({ ...flags, ...demo }));
  addRunOptions(program.command('run'))
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

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`${explain(error)}\n`);
  process.exit(error instanceof Interrupted ? error.exitCode : 1);
}
