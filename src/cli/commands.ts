import { exitCodes } from '../platform/process/exit.ts';
import { backfill } from '../schema-change/backfill.ts';
import { verify } from '../schema-change/verify.ts';
import { progressReporter, verificationLines } from './output.ts';
import { type Common, changeOf, type Work } from './session.ts';

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
