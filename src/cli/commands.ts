import type pg from 'pg';
import type { SchemaConfig } from '../config.ts';
import { exitCodes } from '../platform/process/exit.ts';
import type { ReleaseName } from '../releases.ts';
import { backfill } from '../schema-change/backfill.ts';
import { brownout, undoBrownout } from '../schema-change/brownout.ts';
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
}

interface StepFlags extends Common {
  readonly release?: ReleaseName;
  readonly window: number;
  readonly patience: number;
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

export const status: Work<Common> = async ({ pool, output }) => {
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

export const runExpand: Work<StepFlags> = async (session, flags) => {
  const release = flags.release ?? (await nextExpand(session.pool));
  const applied = await expand(stepOptions(session, flags, release));
  return stepDone(session, applied, 'expanded');
};

export const runInstall: Work<StepFlags> = async (session, flags) => {
  const applied = await install(stepOptions(session, flags, flags.release ?? '1.0'));
  return stepDone(session, applied, 'installed');
};

export const runContract: Work<StepFlags & { check: boolean }> = async (session, flags) => {
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

export const runBackfill: Work<BackfillFlags> = async ({ pool, output, signal }, flags) => {
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

export const runVerify: Work<Common> = async ({ pool, output }) => {
  const found = await verify(pool, minorUnits);
  output.result(found, verificationLines(found));
  return found.unfilled + found.different === 0 ? 0 : exitCodes.failed;
};

export const runBrownout: Work<Common & { window: number; undo: boolean }> = async (
  session,
  flags,
) => {
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
