import { type EmbeddedPostgres, startPostgres } from '@scaleretail/embedded/postgres';
import { Command } from 'commander';
import pg from 'pg';
import { whole } from '../harness/numbers.ts';
import { runProgram } from '../harness/run-program.ts';
import { asOwner } from '../harness/shop.ts';
import { installSchema } from '../support/install-schema.ts';
import { openKinds } from './holders.ts';
import {
  held,
  measureInCrowd,
  measureStep,
  onceMoreUnlessHeld,
  promisedMs,
  type StepMeasured,
} from './measure.ts';
import { type LockingStep, lockingSteps, type TestedDatabase } from './steps.ts';

interface Tried extends StepMeasured {
  readonly what: string;
  readonly first?: StepMeasured;
}

type Try = (database: TestedDatabase) => Promise<StepMeasured>;

/** Every step beside every kind of open transaction all at once, then each in a crowd. */
async function tryAll(openMs: number): Promise<Tried[]> {
  // What a disk takes to make a commit durable, the machine took; the locks are held meanwhile.
  const server = await startPostgres({ durable: false });
  const tryOn = (database: string, step: LockingStep, what: string, work: Try) =>
    onDatabase(server, database, step, async (db) => ({ ...(await work(db)), what }));
  try {
    const beside = lockingSteps.flatMap((step, index) =>
      openKinds.map((kind) =>
        tryOn(`${kind}_${index}`, step, `${step.what}, beside an open ${kind}`, (db) =>
          measureStep(step, kind, openMs, db),
        ),
      ),
    );
    const tried = await Promise.all(beside);
    for (const [index, step] of lockingSteps.entries()) {
      const what = `${step.what}, in a crowd`;
      const inCrowd = (nth: string) =>
        tryOn(`crowd_${index}_${nth}`, step, what, (db) => measureInCrowd(step, db));
      tried.push({ what, ...(await onceMoreUnlessHeld(inCrowd)) });
    }
    return tried;
  } finally {
    await server.stop();
  }
}

/** Does something on a database of its own, in the state that the step begins with. */
async function onDatabase<T>(
  server: EmbeddedPostgres,
  name: string,
  step: LockingStep,
  work: (database: TestedDatabase) => Promise<T>,
): Promise<T> {
  await asOwner(server.url(), (db) => db.query(`CREATE DATABASE ${name}`));
  const url = server.url(name);
  await installSchema(url, step.from);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  try {
    return await work({ url, pool });
  } finally {
    await pool.end();
  }
}

const told = ({ result, longest, endedEarly }: StepMeasured): string => {
  const wait =
    longest === undefined ? 'nobody waited' : `${longest.table} ${Math.round(longest.ms)} ms`;
  return `longest wait ${wait}; ended ${endedEarly ? 'too early' : `afterwards with ${result.code}`}`;
};

const lineOf = (tried: Tried): string =>
  [
    `${held(tried) ? 'ok  ' : 'RED '} ${tried.what}: ${told(tried)}`,
    ...(tried.first === undefined ? [] : [`the first time: ${told(tried.first)}`]),
  ].join('; ');

const program = new Command('test:lock-queue')
  .description('No step of the schema holds up a reader while somebody leaves a transaction open.')
  .option('--seconds <n>', 'how long it is left open', whole(1, 3_600), 60)
  .showHelpAfterError()
  .exitOverride()
  .action(async ({ seconds }: { seconds: number }) => {
    const tried = await tryAll(seconds * 1_000);
    const lines = [`a transaction open for ${seconds} s; promised: at most ${promisedMs} ms`];
    process.stdout.write(`${[...lines, ...tried.map(lineOf)].join('\n')}\n`);
    process.exitCode = tried.every(held) ? 0 : 1;
  });

await runProgram(program);
