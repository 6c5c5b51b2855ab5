import { type Command, InvalidArgumentError, Option } from 'commander';
import { schemaConfigFields } from '../config.ts';
import { exitCodes } from '../platform/process/exit.ts';
import {
  limitBackfill,
  pauseBackfill,
  resumeBackfill,
  stopBackfill,
} from '../schema-change/backfill/control.ts';
import type { Observer } from '../schema-change/backfill/figures.ts';
import {
  type BackfillResult,
  backfill,
  connectionsFor,
  defaults,
} from '../schema-change/backfill/run.ts';
import { signals } from '../schema-change/backfill/signals/signals.ts';
import type { Thresholds } from '../schema-change/backfill/watch.ts';
import { type MetricsServer, serveBackfillMetrics } from './backfill-metrics.ts';
import { createProgress } from './backfill-progress.ts';
import { numberOrOff, wholeNumber } from './numbers.ts';
import { type Common, changeOf, type Session, type Work } from './session.ts';

interface BackfillFlags extends Common {
  readonly batch?: number;
  readonly targetMs: number;
  readonly share: number;
  readonly parallel: number;
  readonly limit?: number | 'off';
  readonly restart: boolean;
  readonly metrics?: readonly string[];
  readonly metricsPort?: number;
  /** `--max-p99` and its like, by the option's name. */
  readonly [threshold: `max${string}`]: number | 'off' | undefined;
}

const runBackfill: Work<BackfillFlags> = async (session, flags) => {
  const { pool, output, config } = session;
  const change = await changeOf(pool, flags);
  if (flags.limit !== undefined) await limitBackfill(pool, change.name, orNull(flags.limit));
  const progress = createProgress(output.say, flags.json ? process.stderr : process.stdout);
  const served = await metricsServer(session, flags);
  try {
    const result = await backfill(pool, change, {
      ...{ restart: flags.restart, parallel: flags.parallel, targetMs: flags.targetMs },
      batchSize: flags.batch,
      share: flags.share / 100,
      thresholds: thresholdsOf(flags),
      metricsUrls: flags.metrics ?? config.metricsUrls,
      signal: session.signal,
      observer: both(progress.observer, served?.observer),
    });
    progress.end();
    output.result(result, [sentenceOf(result)]);
    return result.outcome === 'complete' ? 0 : exitCodes.stopped;
  } finally {
    progress.end();
    await served?.close();
  }
};

async function metricsServer(
  { output }: Session,
  { metricsPort }: BackfillFlags,
): Promise<MetricsServer | undefined> {
  if (metricsPort === undefined) return undefined;
  const server = await serveBackfillMetrics(metricsPort);
  output.say(`metrics at ${server.url}`);
  return server;
}

function both(first: Observer, second: Observer | undefined): Observer {
  return {
    say: first.say,
    batch(batch, figures) {
      first.batch(batch, figures);
      second?.batch(batch, figures);
    },
    figures(figures) {
      first.figures(figures);
      second?.figures(figures);
    },
  };
}

/** `--max-replica-lag` is the property maxReplicaLag, as commander has it. */
function property(signal: string): `max${string}` {
  const words = signal.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `max${words.join('')}`;
}

function thresholdsOf(flags: BackfillFlags): Thresholds {
  const given = signals.map(({ name, threshold }) => {
    const value = flags[property(name)];
    return [name, value === undefined ? threshold : orNull(value)] as const;
  });
  return Object.fromEntries(given);
}

function sentenceOf({ outcome, tables }: BackfillResult): string {
  const changed = tables.reduce((sum, table) => sum + table.rowsChanged, 0);
  if (outcome === 'complete') return `backfill complete: ${changed} rows filled; next: verify`;
  const why = outcome === 'stopped' ? 'stopped by an operator' : 'interrupted';
  const where = tables.map((table) => `${table.table} ${table.rowsDone}/${table.rowsTotal}`);
  return `backfill ${why} at ${where.join(', ')}; the same command goes on from there`;
}

const orders = {
  pause: { does: 'no further batch begins until "resume"', order: pauseBackfill },
  resume: { does: 'batches begin again', order: resumeBackfill },
  stop: { does: 'end the runs that are under way, each after its batch', order: stopBackfill },
} as const;

type Orders = typeof orders;

const give =
  (name: keyof Orders): Work<Common> =>
  async ({ pool, output }, flags) => {
    const change = await changeOf(pool, flags);
    await orders[name].order(pool, change.name);
    output.result({ change: change.name, order: name }, [`${change.name}: ${orders[name].does}`]);
    return 0;
  };

const setLimit: Work<Common & { rows: number | 'off' }> = async ({ pool, output }, flags) => {
  const change = await changeOf(pool, flags);
  const limit = orNull(flags.rows);
  await limitBackfill(pool, change.name, limit);
  const told = limit === null ? 'no limit' : `at most ${limit} rows/s a run`;
  output.result({ change: change.name, limit }, [`${change.name}: ${told}`]);
  return 0;
};

function orNull(value: number | 'off'): number | null {
  return value === 'off' ? null : value;
}

function rowsOrOff(text: string): number | 'off' {
  return text === 'off' ? text : wholeNumber(text, 1, 10_000_000);
}

function metricsUrls(text: string): readonly string[] {
  try {
    return schemaConfigFields.metricsUrls.read(text);
  } catch (error) {
    throw new InvalidArgumentError(`must be ${(error as Error).message}`);
  }
}

/** How a command becomes an action, and the options that all commands have. */
interface Frame {
  action<Options extends Common>(
    work: Work<Options>,
    connections?: (options: Options) => number,
  ): (options: Options) => Promise<void>;
  shared(): Option[];
}

/** The command `backfill`, and the orders that are given to its runs from another terminal. */
export function addBackfill(command: Command, { action, shared }: Frame): void {
  const whole = (least: number, most: number) => (text: string) => wholeNumber(text, least, most);
  command
    .enablePositionalOptions() // what stands after an order is the order's own
    .option('--batch <rows>', 'rows of every batch, instead of tuning them', whole(1, 100_000))
    .option('--target-ms <ms>', 'time a batch shall take', whole(1, 10_000), defaults.targetMs)
    .option(
      '--share <percent>',
      'of the time to work while others use the database',
      whole(1, 100),
      100 * defaults.share,
    )
    .option('--parallel <workers>', 'ranges filled side by side', whole(1, 16), defaults.parallel)
    .option('--limit <rows/s|off>', 'as "backfill limit" sets it', rowsOrOff)
    .option('--restart', 'begin with the first row again', false)
    .option('--metrics <urls>', 'instead of METRICS_URLS', metricsUrls)
    .option('--metrics-port <port>', 'serve figures of the run at /metrics', whole(0, 65_535));
  for (const { name, unit, threshold, means } of signals) {
    const what = `hold while above: ${means} (default ${threshold}, or "off")`;
    command.addOption(new Option(`--max-${name} <${unit}>`, what).argParser(numberOrOff));
  }
  command.action(action(runBackfill, ({ parallel }) => connectionsFor(parallel)));
  const order = (name: string, does: string) => {
    const sub = command.command(name).description(does).exitOverride();
    for (const option of shared()) sub.addOption(option);
    return sub;
  };
  for (const name of ['pause', 'resume', 'stop'] as const) {
    order(name, orders[name].does).action(action(give(name)));
  }
  order('limit', 'rows per second of each run, now and later')
    .argument('<rows/s|off>', 'how many', rowsOrOff)
    .action((rows: number | 'off', options: Common) => action(setLimit)({ ...options, rows }));
}
