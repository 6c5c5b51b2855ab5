import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Target } from '../self-check/target.ts';
import { whole } from './options.ts';

/** What the checks of the lab itself are told. */
export interface CheckFlags {
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly json?: string;
}

/** The options of a check, on what it takes without them. */
export function addCheckOptions(
  command: Command,
  { rate, seconds, rounds }: Omit<CheckFlags, 'json'>,
): Command {
  return command
    .option('--rate <n>', 'requests a second', whole(1, 5_000), rate)
    .option('--seconds <n>', 'length of a measurement', whole(1, 3_600), seconds)
    .option('--rounds <n>', 'how often it measures both', whole(1, 100), rounds)
    .option('--json <file>', 'file for the figures')
    .exitOverride();
}

/** With a folder for files of the load; that and the target are gone afterwards. */
export async function inFolder<T>(target: Target, work: (folder: string) => Promise<T>) {
  const folder = mkdtempSync(join(tmpdir(), 'scaleretail-check-'));
  try {
    return await work(folder);
  } finally {
    await target.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints what a check has found, writes its figures where somebody wants them, sets the exit code. */
export function tell(ok: boolean, lines: readonly string[], figures: object, json?: string): void {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${[...lines, ok ? 'ok' : 'NOT ok'].join('\n')}\n`);
  process.exitCode = ok ? 0 : 1;
}
