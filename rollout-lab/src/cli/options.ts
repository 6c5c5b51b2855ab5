import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WayBack } from '../run/context.ts';

/** Options of every command that carries out runs. */
export interface LoadFlags {
  readonly quick: boolean;
  readonly rate: number;
  readonly seedOrders: number;
  readonly seed: string;
  readonly port: number;
  readonly costPerHour: number;
}

/** Options of every command that carries out one run. */
export interface RunFlags extends LoadFlags {
  readonly strategy: string;
  readonly candidate: string;
  readonly change: string;
  readonly goBack: WayBack;
  /** The profile that `quick` stands for, if not that of its name. */
  readonly quickProfile?: 'demo';
  readonly plant?: string;
  /** Seconds under load with nothing rolled out; then there is no candidate. */
  readonly hold?: number;
  readonly out?: string;
  /** Whoever started this has a load beside. */
  readonly companion?: boolean;
}

interface Named {
  readonly name: string;
}

export function addRunOptions(command: Command): Command {
  return addLoadOptions(command, { port: 8080 })
    .option('--out <dir>', 'folder for result.json, report.md and report.html')
    .addOption(new Option('--companion', 'for npm run load').hideHelp());
}

export function addLoadOptions(command: Command, defaults: { readonly port: number }): Command {
  return command
    .exitOverride()
    .option('--quick', 'shorter steps and windows', false)
    .option('--rate <n>', 'requests a second', whole(1, 5_000), 220)
    .option('--seed-orders <n>', 'orders in the database before', whole(1, 10_000_000), 100_000)
    .option('--seed <s>', 'seed of the load', '1')
    .option(
      '--port <n>',
      'port of the shop on 127.0.0.1, 0 for any',
      whole(0, 65_535),
      defaults.port,
    )
    .option('--cost-per-hour <n>', 'of an outage, in dollars', whole(0, 1e12), 300_000);
}

/** Takes a whole number; for commander. */
export function whole(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/** One of the rows of a table, by its name. */
export function choice(flag: string, rows: readonly Named[]): Option {
  return new Option(flag).choices(rows.map((row) => row.name));
}

/** The row of a table that commander has already checked the name of. */
export function named<T extends Named>(rows: readonly T[], name: string): T {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`there is no ${name}`);
  return row;
}
