import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { interruptedBy } from '../run/stop.ts';
import { type CostRound, costFigures, costLimits, measureCost } from '../self-check/cost.ts';
import { startTarget, type Target } from '../self-check/target.ts';
import { whole } from './options.ts';

export interface CheckFlags {
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly json?: string;
}

export function addCheckCost(program: Command): void {
  program
    .command('check-cost')
    .description('what router and generator take: below half a core, and 1 ms at the p99')
    .option('--rate <n>', 'requests a second', whole(1, 5_000), 400)
    .option('--seconds <n>', 'length of a measurement', whole(1, 3_600), 5)
    .option('--rounds <n>', 'measurements with and without the router', whole(1, 100), 5)
    .option('--json <file>', 'file for the figures')
    .exitOverride()
    .action(checkCost);
}

async function checkCost({ json, ...flags }: CheckFlags): Promise<void> {
  const signal = interruptedBy(process);
  const target = await startTarget(null, signal);
  const rounds = await inFolder(target, (folder) =>
    measureCost(target, { ...flags, toldFile: join(folder, 'told'), signal, onRound: tellRound }),
  );
  const figures = costFigures(rounds);
  if (json !== undefined) {
    const all = { ...flags, limits: costLimits, ...figures, rounds };
    writeFileSync(json, `${JSON.stringify(all, null, 2)}\n`);
  }
  const { cores, addedP99Ms, routerCores, generatorCores, ok } = figures;
  process.stdout.write(
    `${[
      `router ${routerCores.toFixed(3)} + generator ${generatorCores.toFixed(3)} = ${cores.toFixed(3)} cores at ${flags.rate} requests/s: allowed are less than ${costLimits.cores}`,
      `the router adds ${addedP99Ms.toFixed(2)} ms at the p99: allowed is ${costLimits.addedP99Ms} ms`,
      ok ? 'ok' : 'NOT ok',
    ].join('\n')}\n`,
  );
  process.exitCode = ok ? 0 : 1;
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

function tellRound(round: CostRound): void {
  const { routerCores, generatorCores, routedP99Ms, directP99Ms, failed } = round;
  const late = round.latenessP99Ms?.toFixed(1) ?? '–';
  process.stdout.write(
    `  router ${routerCores.toFixed(3)}, generator ${generatorCores.toFixed(3)} cores; p99 ${routedP99Ms.toFixed(2)} ms, without the router ${directP99Ms.toFixed(2)} ms; generator late by ${late} ms at its p99; ${failed} failed\n`,
  );
}
