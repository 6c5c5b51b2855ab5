import { randomInt } from 'node:crypto';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { ReleaseName } from '../../src/releases.ts';
import { plants } from './plants.ts';
import { fuzzRelease } from './rounds.ts';
import type { Target } from './target.ts';
import { InstallError, installSchemathesis } from './tool.ts';
import { createWorld } from './world.ts';

const releases: readonly ReleaseName[] = ['1.0', '2.0', '3.0', '5.0', '7.0'];
/** A planted fault is looked for in one of them. */
const planted: readonly ReleaseName[] = ['3.0'];

interface Options {
  readonly requests: number;
  readonly quick: boolean;
  readonly seed: number;
  readonly plant?: string;
}

/** Fuzzes the releases, all at once, and says what was sent and found. */
async function main({ requests, quick, seed, plant: name }: Options): Promise<boolean> {
  const program = await installSchemathesis();
  const plant = name === undefined ? undefined : plants[name];
  const wanted = Math.ceil((quick ? requests / 10 : requests) / releases.length);
  const chosen = plant === undefined ? releases : planted;
  console.log(`seed ${seed}, at least ${wanted} requests to each of: ${chosen.join(', ')}`);
  if (plant !== undefined) console.log(`planted: ${plant.means}`);
  const started = performance.now();
  const world = await createWorld();
  try {
    const targets: Target[] = [];
    for (const release of chosen) targets.push(await world.start(release, plant?.env));
    const outcomes = await Promise.all(
      targets.map((target) => fuzzRelease(program, world, target, { wanted, seed, plant })),
    );
    const sent = outcomes.reduce((sum, outcome) => sum + outcome.requests, 0);
    const text = outcomes.map(({ found }) => found).join('');
    // A planted run that is red for another reason has not found what was planted.
    const clean = plant === undefined ? text === '' : !text.includes(plant.finds);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${clean ? 'Green' : 'Red'}: ${sent} requests in ${seconds} s`);
    return clean;
  } finally {
    await world.close();
  }
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on');
  return Number(text);
}

const program = new Command('test:fuzz')
  .description(`Fuzzes the OpenAPI document of releases ${releases.join(', ')} with schemathesis.`)
  .option('--requests <n>', 'requests to send, to all releases together', positive, 20_000)
  .option('--quick', 'a tenth of them', false)
  .option(
    '--seed <n>',
    'the first seed; printed, so that a run can be repeated',
    positive,
    randomInt(1, 2 ** 31),
  )
  .addOption(
    new Option('--plant <fault>', 'a fault that must make the run red (exit code 1)').choices(
      Object.keys(plants),
    ),
  )
  .showHelpAfterError()
  .exitOverride()
  .action(async (options: Options) => {
    process.exitCode = (await main(options)) ? 0 : 1;
  });

// By way of `exit`, so that the fuzzers that run are ended too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof InstallError) console.error(error.message);
  else if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}
