import { startPostgres } from '@scaleretail/embedded/postgres';
import { Command, CommanderError } from 'commander';
import pg from 'pg';
import { whole } from '../harness/numbers.ts';
import { asOwner } from '../harness/shop.ts';
import { installSchema } from '../support/install-schema.ts';
import { type OpenKind, openKinds } from './holders.ts';
import { measureStep, promisedMs, type StepMeasured } from './measure.ts';
import { type LockingStep, lockingSteps } from './steps.ts';

interface Tried extends StepMeasured {
  readonly what: string;
}

const held = ({ result, longest, endedEarly }: StepMeasured): boolean =>
  result.code === 0 && !endedEarly && (longest?.ms ?? 0) <= promisedMs;

/** Every step beside every kind of open transaction, all at once, each on a database of its own. */
async function tryAll(openMs: number): Promise<Tried[]> {
  const server = await startPostgres();
  try {
    const combined = lockingSteps.flatMap((step) => openKinds.map((kind) => ({ step, kind })));
    const databases = combined.map(async (each, index) => {
      const name = `queue_${index}`;
      await asOwner(server.url(), (db) => db.query(`CREATE DATABASE ${name}`));
      await installSchema(server.url(name), each.step.from);
      return { ...each, url: server.url(name) };
    });
    const ready = await Promise.all(databases);
    return await Promise.all(ready.map((each) => tryOne(each, openMs)));
  } finally {
    await server.stop();
  }
}

async function tryOne(
  { step, kind, url }: { step: LockingStep; kind: OpenKind; url: string },
  openMs: number,
): Promise<Tried> {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  try {
    const measured = await measureStep(step, kind, openMs, { url, pool });
    return { ...measured, what: `${step.what} beside an open ${kind}` };
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

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  throw error;
}
