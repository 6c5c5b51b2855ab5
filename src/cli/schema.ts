import { Argument, Command, CommanderError, Option } from 'commander';
import { changes } from '../changes/changes.ts';
import { readSchemaConfig } from '../config.ts';
import { createPool } from '../platform/postgres/postgres.ts';
import { PooledConnectionError, reachDatabase } from '../platform/postgres/reach.ts';
import { exitCodeOf, exitCodes, explain } from '../platform/process/exit.ts';
import { releaseNames } from '../releases.ts';
import { connectionsFor } from '../schema-change/backfill/run.ts';
import {
  defaultMaxEvidenceAgeSeconds,
  type GateName,
  GateRefusedError,
} from '../schema-change/gate/gate.ts';
import { gateNames } from '../schema-change/gate/gates.ts';
import { rollbackTargets } from '../schema-change/rollback/targets.ts';
import { unfinished } from '../schema-change/unfinished.ts';
import { addBackfill } from './backfill.ts';
import { runBrownout } from './brownout.ts';
import { type GateFlags, runGate } from './gate.ts';
import { addLint } from './lint.ts';
import { wholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { runRollback } from './rollback.ts';
import { runServe } from './serve.ts';
import type { Common, Work } from './session.ts';
import { status } from './status.ts';
import { runContract, runExpand, runInstall } from './steps.ts';
import { runVerify } from './verify.ts';

const needsItsSession =
  'a schema command keeps its lock and its time limits in a session of its own; have SCHEMA_DATABASE_URL name PostgreSQL';

/**
 * Opens the database for a command, runs it and sets the exit code that it gives back.
 *
 * @param connections how many it needs.
 */
function action<Options extends Common>(
  work: Work<Options>,
  connections: (options: Options) => number = () => 2,
) {
  return async (options: Options): Promise<void> => {
    const config = readSchemaConfig();
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const { pooled } = await reachDatabase(config.databaseUrl, config.databaseConnectMs);
    if (pooled) throw new PooledConnectionError(config.databaseUrl, needsItsSession);
    const pool = createPool({
      databaseUrl: config.databaseUrl,
      applicationName: 'scaleretail/schema',
      size: connections(options),
      statementTimeoutMs: 0,
    });
    try {
      const output = createOutput(options.json);
      for (const line of await unfinished(pool, changes)) process.stderr.write(`${line}\n`);
      process.exitCode = await work({ config, pool, output, signal: stop.signal }, options);
    } finally {
      await pool.end();
    }
  };
}

function seconds(text: string): number {
  return wholeNumber(text, 1, 86_400);
}

const release = () =>
  new Option('--release <release>', 'the release whose step it is').choices([...releaseNames]);
const json = () => new Option('--json', 'print one JSON document').default(false);
const change = () =>
  new Option('--change <name>', 'the change (default: the one under way)').choices(
    changes.map(({ name }) => name),
  );
const patience = () =>
  new Option('--patience <seconds>', 'how long to try for locks').argParser(seconds).default(60);
// Longer than the default poll of the flags (15 s) plus the longest drain (25 s).
const window = () =>
  new Option('--window <seconds>', 'for so long nobody must use the old columns')
    .argParser(seconds)
    .default(60);

const maxEvidenceAge = () =>
  new Option('--max-evidence-age <seconds>', 'evidence that is older does not count')
    .argParser(seconds)
    .default(defaultMaxEvidenceAgeSeconds);

function buildProgram(): Command {
  const program = new Command('schema')
    .description(
      'Changes the schema of the database at SCHEMA_DATABASE_URL or DATABASE_URL, one safe step at a time.',
    )
    .showHelpAfterError()
    .exitOverride();
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .addOption(json())
      .addOption(change())
      .exitOverride();

  command('status', 'where the change stands, what may run, what comes next').action(
    action(status),
  );
  command('install', 'set an empty database up for a release at once')
    .addOption(release())
    .option('--if-empty', 'do nothing where there is a schema already, whichever it is', false)
    .addOption(patience())
    .addOption(window().hideHelp())
    .addOption(maxEvidenceAge().hideHelp())
    .action(action(runInstall));
  command('expand', 'apply the expand migrations of a release (default: the next one)')
    .addOption(release())
    .addOption(patience())
    .addOption(window())
    .addOption(maxEvidenceAge())
    .option('--index-timeout <seconds>', 'longest time for one concurrent index', seconds, 14_400)
    .action(action(runExpand));
  addBackfill(
    command('backfill', 'fill the new columns from the old ones; continues where it ended'),
    { action, shared: () => [json(), change()] },
  );
  command('verify', 'compare both shapes of every row, or of those written since the last time')
    .option('--full', 'compare every row, whatever an earlier run knows', false)
    .option('--repair', 'write what is wrong from the side that is right, then compare', false)
    .option('--sample <rows>', 'wrong rows to show of each table', (t) => wholeNumber(t, 0, 100), 5)
    .action(action(runVerify));
  command('brownout', 'take the rights on the old columns away for a while and watch')
    .addOption(window())
    .option('--undo', 'give the rights back', false)
    .option('--metrics <url...>', "replicas' metrics, watched for refused rights", [])
    .action(action(runBrownout));
  command('contract', 'drop the old columns, if the gate lets it; exit code 3 if not')
    .addOption(release())
    .addOption(patience())
    .addOption(window())
    .addOption(maxEvidenceAge())
    .option('--check', 'ask the gate only', false)
    .action(action(runContract));
  command('gate', 'ask a gate (default: the one before the next step); exit code 3 if it refuses')
    .addArgument(new Argument('[gate]', 'which one').choices(gateNames))
    .addOption(window())
    .addOption(maxEvidenceAge())
    .action((name: GateName | undefined, flags: GateFlags) =>
      action<GateFlags>((session) => runGate(session, flags, name))(flags),
    );
  command('serve', 'answer for the gates over HTTP, until it is told to end')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', (text) => wholeNumber(text, 0, 65_535), 9090)
    .option('--timeout <seconds>', 'longest that an answer is waited for', seconds, 8)
    .addOption(window())
    .addOption(maxEvidenceAge())
    .action(action(runServe));
  command('rollback', 'take the change one step back, if the gate lets it; exit code 3 if not')
    .addOption(new Option('--to <state>', 'go back so far').choices([...rollbackTargets]))
    .addOption(patience())
    .option('--check', 'ask the gate only', false)
    .option('--cancel', 'stay, and take away what a rollback had prepared', false)
    .action(action(runRollback, () => connectionsFor(1)));
  addLint(program);
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
