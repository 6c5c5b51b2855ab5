import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type pg from 'pg';
import { readSchemaConfig, type SchemaConfig } from '../config.ts';
import { exitCodeOf, exitCodes, explain } from '../platform/exit.ts';
import { createPool, reachDatabase } from '../platform/postgres.ts';
import { type ReleaseName, releaseNames } from '../releases.ts';
import { backfill } from '../schema-change/backfill.ts';
import { brownout, undoBrownout } from '../schema-change/brownout.ts';
import { GateRefusedError } from '../schema-change/gate.ts';
import { minorUnits } from '../schema-change/minor-units.ts';
import { overviewOf } from '../schema-change/overview.ts';
import { readSchemaRecord } from '../schema-change/schema-state.ts';
import {
  askContractGate,
  contract,
  expand,
  install,
  type StepOptions,
} from '../schema-change/steps.ts';
import { verify } from '../schema-change/verify.ts';
import {
  createOutput,
  gateLines,
  type Output,
  overviewLines,
  progressReporter,
  verificationLines,
} from './output.ts';

interface Session {
  readonly config: SchemaConfig;
  readonly pool: pg.Pool;
  readonly output: Output;
  readonly signal: AbortSignal;
}

type Work<Options> = (session: Session, options: Options) => Promise<number>;

interface Common {
  readonly json: boolean;
}

interface StepFlags extends Common {
  readonly release?: ReleaseName;
  readonly window: number;
  readonly patience: number;
}

/** Opens the database for a command, runs it and sets the exit code that it gives back. */
function action<Options extends Common>(work: Work<Options>) {
  return async (options: Options): Promise<void> => {
    const config = readSchemaConfig();
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const pool = createPool({
      databaseUrl: config.databaseUrl,
      applicationName: 'scaleretail/schema',
      size: 2,
      statementTimeoutMs: 0,
    });
    try {
      await reachDatabase(pool, config.databaseUrl, config.databaseConnectMs);
      const output = createOutput(options.json);
      process.exitCode = await work({ config, pool, output, signal: stop.signal }, options);
    } finally {
      await pool.end();
    }
  };
}

function stepOptions(session: Session, flags: StepFlags, release: ReleaseName): StepOptions {
  return {
    databaseUrl: session.config.databaseUrl,
    backupStampFile: session.config.backupStampFile,
    release,
    patienceMs: flags.patience * 1000,
    windowSeconds: flags.window,
    say: session.output.say,
    onReport: (report) => {
      if (!flags.json) for (const line of gateLines(report)) session.output.say(line);
    },
  };
}

const status: Work<Common> = async ({ pool, output }) => {
  const view = await overviewOf(pool, minorUnits);
  output.result(view, overviewLines(view));
  return 0;
};

/** The release whose expand comes next on a schema, for when none is named. */
async function nextExpand(pool: pg.Pool): Promise<ReleaseName> {
  const state = (await readSchemaRecord(pool))?.state;
  if (state === undefined) return '1.0';
  return state === 'baseline' ? '2.0' : '3.0';
}

const runExpand: Work<StepFlags> = async (session, flags) => {
  const release = flags.release ?? (await nextExpand(session.pool));
  const applied = await expand(stepOptions(session, flags, release));
  return stepDone(session, applied, 'expanded');
};

const runInstall: Work<StepFlags> = async (session, flags) => {
  const applied = await install(stepOptions(session, flags, flags.release ?? '1.0'));
  return stepDone(session, applied, 'installed');
};

const runContract: Work<StepFlags & { check: boolean }> = async (session, flags) => {
  const { pool, output, config } = session;
  if ((await readSchemaRecord(pool))?.state === 'contracted') {
    return stepDone(session, [], 'contracted');
  }
  if (!flags.check) {
    const options = stepOptions(session, flags, flags.release ?? '4.0');
    return stepDone(session, await contract(options), 'contracted');
  }
  const gate = { windowSeconds: flags.window, backupStampFile: config.backupStampFile };
  const report = await askContractGate(pool, gate);
  output.result(report, gateLines(report));
  return report.passed ? 0 : exitCodes.refused;
};

async function stepDone(session: Session, applied: string[], word: string): Promise<number> {
  const record = await readSchemaRecord(session.pool);
  const told = applied.length === 0 ? 'nothing to apply' : `${word}: ${applied.join(', ')}`;
  session.output.result({ applied, schema: record }, [
    `${told}; the schema is "${record?.state ?? 'empty'}"`,
  ]);
  return 0;
}

interface BackfillFlags extends Common {
  readonly batch: number;
  readonly pause: number;
  readonly restart: boolean;
}

const runBackfill: Work<BackfillFlags> = async ({ pool, output, signal }, flags) => {
  const tables = await backfill(pool, minorUnits, {
    batchSize: flags.batch,
    pauseMs: flags.pause,
    restart: flags.restart,
    onProgress: progressReporter(output.say),
    signal,
  });
  const changed = tables.reduce((sum, table) => sum + table.rowsChanged, 0);
  output.result({ tables }, [`backfill complete: ${changed} rows filled; next: verify`]);
  return 0;
};

const runVerify: Work<Common> = async ({ pool, output }) => {
  const found = await verify(pool, minorUnits);
  output.result(found, verificationLines(found));
  return found.unfilled + found.different === 0 ? 0 : exitCodes.failed;
};

const runBrownout: Work<Common & { window: number; undo: boolean }> = async (session, flags) => {
  const { pool, output, signal } = session;
  if (flags.undo) {
    await undoBrownout(pool, minorUnits);
    output.result({ outcome: 'undone' }, ['the service has its rights on the old columns again']);
    return 0;
  }
  output.say(`the service has no rights on the old columns for ${flags.window} s`);
  let toldAt = Number.POSITIVE_INFINITY;
  const found = await brownout(pool, minorUnits, {
    windowSeconds: flags.window,
    signal,
    onTick(left) {
      if (toldAt - left < 10) return;
      toldAt = left;
      output.say(`${left} s left, nobody missed them so far`);
    },
  });
  output.result(found, [
    found.outcome === 'passed'
      ? 'brownout passed: nobody missed the old columns; they stay without rights until contract'
      : `brownout undone: ${found.reason}; the rights are back`,
  ]);
  return found.outcome === 'passed' ? 0 : exitCodes.failed;
};

function seconds(text: string): number {
  return wholeNumber(text, 1, 86_400);
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  }
  return value;
}

const release = () =>
  new Option('--release <release>', 'the release whose step it is').choices([...releaseNames]);
const json = () => new Option('--json', 'print one JSON document').default(false);
const patience = () =>
  new Option('--patience <seconds>', 'how long to try for locks').argParser(seconds).default(60);
// Longer than the default poll of the flags (15 s) plus the longest drain (25 s).
const window = () =>
  new Option('--window <seconds>', 'for so long nobody must use the old columns')
    .argParser(seconds)
    .default(60);

function buildProgram(): Command {
  const program = new Command('schema')
    .description('Changes the schema of the database at DATABASE_URL, one safe step at a time.')
    .showHelpAfterError()
    .exitOverride();
  const command = (name: string, description: string) =>
    program.command(name).description(description).addOption(json()).exitOverride();

  command('status', 'where the change stands, what may run, what comes next').action(
    action(status),
  );
  command('install', 'set an empty database up for a release at once')
    .addOption(release())
    .addOption(patience())
    .addOption(window().hideHelp())
    .action(action(runInstall));
  command('expand', 'apply the expand migrations of a release (default: the next one)')
    .addOption(release())
    .addOption(patience())
    .addOption(window())
    .action(action(runExpand));
  command('backfill', 'fill the new columns from the old ones; continues where it stopped')
    .option('--batch <rows>', 'rows a transaction', (text) => wholeNumber(text, 1, 100_000), 1_000)
    .option('--pause <ms>', 'pause between batches', (text) => wholeNumber(text, 0, 60_000), 0)
    .option('--restart', 'begin with the first row again', false)
    .action(action(runBackfill));
  command('verify', 'compare both shapes of every row').action(action(runVerify));
  command('brownout', 'take the rights on the old columns away for a while and watch')
    .addOption(window())
    .option('--undo', 'give the rights back', false)
    .action(action(runBrownout));
  command('contract', 'drop the old columns, if the gate lets it; exit code 3 if not')
    .addOption(release())
    .addOption(patience())
    .addOption(window())
    .option('--check', 'ask the gate only', false)
    .action(action(runContract));
  return program;
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exit(error.exitCode === 0 ? 0 : exitCodes.usage);
  }
  if (error instanceof GateRefusedError && process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(error.report, null, 2)}\n`);
  }
  process.stderr.write(`${explain(error)}\n`);
  process.exit(exitCodeOf(error));
}
