import { type EmbeddedPostgres, startPostgres } from '@scaleretail/embedded/postgres';
import { Command } from 'commander';
import pg from 'pg';
import { whole } from '../harness/numbers.ts';
import { runProgram } from '../harness/run-program.ts';
import { asOwner } from '../harness/shop.ts';
import { installSchema } from '../support/install-schema.ts';
import { openKinds } from './holders.ts';
import { measureInCrowd, measureStep, promisedMs, type StepMeasured } from './measure.ts';
import { type LockingStep, lockingSteps, type TestedDatabase } from './steps.ts';

interface Tried extends StepMeasured {
  readonly what: string;
}

const held = ({ result, longest, endedEarly }: StepMeasured): boolean =>
  result.code === 0 && !endedEarly && (longest?.ms ?? 0) <= promisedMs;

type Try = (database: TestedDatabase) => Promise<StepMeasured>;

/** Every step beside every kind of open transaction all at once, then each in a crowd. */
async function tryAll(openMs: number): Promise<Tried[]> {
  const server = await startPostgres();
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
      const work: Try = (db) => measureInCrowd(step, db);
      tried.push(await tryOn(`crowd_${index}`, step, `${step.what}, in a crowd`, work));
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

function lineOf(tried: Tried): string {
  const { what, result, longest, endedEarly } = tried;
  const wait =
    longest === undefined ? 'nobody waited' : `${longest.table} ${Math.round(longest.ms)} ms`;
  const end = endedEarly ? 'too early' : `afterwards with ${result.code}`;
  return `${held(tried) ? 'ok  ' : 'RED '} ${what}: longest wait ${wait}; ended ${end}`;
}

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
