import type pg from 'pg';
import { type ChangeName, changes } from '../changes/changes.ts';
import type { SchemaConfig } from '../config.ts';
import { exitCodes } from '../platform/process/exit.ts';
import type { ReleaseName } from '../releases.ts';
import { backfill } from '../schema-change/backfill.ts';
import { brownout, undoBrownout } from '../schema-change/brownout.ts';
import type { SchemaChange } from '../schema-change/change.ts';
import { changeUnderWay, releasesOf } from '../schema-change/change-releases.ts';
import { appliedMigrations } from '../schema-change/migrate.ts';
import { nextExpand } from '../schema-change/migration-plan.ts';
import { overviewOf } from '../schema-change/overview.ts';
import { readSchema, readState, stateOf } from '../schema-change/schema-state.ts';
import {
  askContractGate,
  contract,
  expand,
  install,
  type StepOptions,
} from '../schema-change/steps.ts';
import { verify } from '../schema-change/verify.ts';
import {
  gateLines,
  type Output,
  overviewLines,
  progressReporter,
  verificationLines,
} from './output.ts';

/** What a command works with. */
export interface Session {
  readonly config: SchemaConfig;
  readonly pool: pg.Pool;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Does the command's work and gives its exit code. */
export type Work<Options> = (session: Session, options: Options) => Promise<number>;

export interface Common {
  readonly json: boolean;
  /** The change by its name; absent: the one that is under way. */
  readonly change?: ChangeName;
}

/** The change that a command is about. */
export async function changeOf(pool: pg.Pool, { change }: Common): Promise<SchemaChange> {
  const named = changes.find(({ name }) => name === change);
  if (named !== undefined) return named;
  const schema = await readSchema(pool);
  return changeUnderWay(changes, schema);
}

interface StepFlags extends Common {
  readonly release?: ReleaseName;
  readonly window: number;
  readonly patience: number;
}

function stepOptions(session: Session, flags: StepFlags, release: ReleaseName): StepOptions {
  return {
    changes,
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

export const status: Work<Common> = async ({ pool, output }, flags) => {
  const view = await overviewOf(pool, await changeOf(pool, flags));
  output.result(view, overviewLines(view));
  return 0;
};

export const runExpand: Work<StepFlags> = async (session, flags) => {
  const release = flags.release ?? nextExpand(await appliedMigrations(session.pool));
  const applied = await expand(stepOptions(session, flags, release));
  return stepDone(session, applied, 'expanded');
};

export const runInstall: Work<StepFlags> = async (session, flags) => {
  const applied = await install(stepOptions(session, flags, flags.release ?? '1.0'));
  return stepDone(session, applied, 'installed');
};

export const runContract: Work<StepFlags & { check: boolean }> = async (session, flags) => {
  const { pool, output, config } = session;
  const change = await changeOf(pool, flags);
  const release = flags.release ?? releasesOf(change.name).contract.name;
  if ((await readState(pool, change.name)) === 'contracted') {
    return stepDone(session, [], 'contracted');
  }
  if (!flags.check) {
    return stepDone(session, await contract(stepOptions(session, flags, release)), 'contracted');
  }
  const gate = { windowSeconds: flags.window, backupStampFile: config.backupStampFile };
  const report = await askContractGate(pool, change, gate);
  output.result(report, gateLines(report));
  return report.passed ? 0 : exitCodes.refused;
};

async function stepDone(session: Session, applied: string[], word: string): Promise<number> {
  const told = applied.length === 0 ? 'nothing to apply' : `${word}: ${applied.join(', ')}`;
  const schema = await readSchema(session.pool);
  const states = changes.map(({ name }) => ({
    change: name,
    state: schema === null ? 'empty' : stateOf(schema, name),
  }));
  const shown = states.map(({ change, state }) => `${change} is "${state}"`).join(', ');
  session.output.result({ applied, schema: states }, [`${told}; ${shown}`]);
  return 0;
}

interface BackfillFlags extends Common {
  readonly batch: number;
  readonly pause: number;
  readonly restart: boolean;
}

export const runBackfill: Work<BackfillFlags> = async ({ pool, output, signal }, flags) => {
  const tables = await backfill(pool, await changeOf(pool, flags), {
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

export const runVerify: Work<Common> = async ({ pool, output }, flags) => {
  const found = await verify(pool, await changeOf(pool, flags));
  output.result(found, verificationLines(found));
  return found.unfilled + found.different === 0 ? 0 : exitCodes.failed;
};

export const runBrownout: Work<Common & { window: number; undo: boolean }> = async (
  session,
  flags,
) => {
  const { pool, output, signal } = session;
  const change = await changeOf(pool, flags);
  if (flags.undo) {
    await undoBrownout(pool, change);
    output.result({ outcome: 'undone' }, ['the service has its rights on the old columns again']);
    return 0;
  }
  output.say(`the service has no rights on the old columns for ${flags.window} s`);
  let toldAt = Number.POSITIVE_INFINITY;
  const found = await brownout(pool, change, {
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
