import { backfill } from '../schema-change/backfill.ts';
import { progressReporter } from './output.ts';
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
