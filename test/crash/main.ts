import { Command, Option } from 'commander';
import { type ReleaseName, releaseNames } from '../../src/releases.ts';
import { interruption } from '../harness/interrupt.ts';
import { whole } from '../harness/numbers.ts';
import { runProgram, tellResult } from '../harness/run-program.ts';
import { crewOf, profileOf, quick } from './options.ts';
import { type PlantName, plantNames } from './plant.ts';
import { reportOf } from './report.ts';
import { crash } from './run.ts';

interface Flags {
  readonly minutes: number;
  readonly quick: boolean;
  readonly release: ReleaseName | 'mixed';
  readonly clients: number;
  readonly seed?: number;
  readonly plant?: PlantName;
  readonly json: boolean;
}

const largestSeed = 2 ** 31 - 1;

const program = new Command('test:crash')
  .description(
    'Kills replicas and restarts what they use, under load; nothing may be lost or double.',
  )
  .option('--minutes <n>', 'how long', whole(1, 600), 5)
  .option('--quick', `${quick.seconds} seconds`, false)
  .addOption(
    new Option('--release <release>', 'of the replicas')
      .choices(['mixed', ...releaseNames])
      .default('mixed'),
  )
  .option('--clients <n>', 'at the same time; every other one repeats', whole(2, 1_000), 24)
  .option('--seed <n>', 'of load and kills; default by chance', whole(0, largestSeed))
  .addOption(new Option('--plant <damage>', 'prove that the run can fail').choices(plantNames))
  .option('--json', 'print the result as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .action(async (flags: Flags) => {
    const result = await crash({
      profile: flags.quick ? quick : profileOf(flags.minutes),
      crew: crewOf(flags.release),
      clients: flags.clients,
      seed: flags.seed ?? Math.floor(Math.random() * largestSeed),
      plant: flags.plant,
      signal: interruption(),
      say: (line) => process.stderr.write(`${line}\n`),
    });
    tellResult(result, { json: flags.json, report: reportOf });
  });

await runProgram(program);
