import { join } from 'node:path';
import type { Command } from 'commander';
import { interruptedBy } from '../run/stop.ts';
import { type CostRound, costFigures, costLimits, measureCost } from '../self-check/cost.ts';
import { startTarget } from '../self-check/target.ts';
import { addCheckOptions, type CheckFlags, inFolder, tell } from './check.ts';

export function addCheckCost(program: Command): void {
  const command = program
    .command('check-cost')
    .description('what router and generator take: below half a core, and 1 ms at the p99');
  addCheckOptions(command, { rate: 400, seconds: 5, rounds: 5 }).action(checkCost);
}

async function checkCost({ json, ...flags }: CheckFlags): Promise<void> {
  const signal = interruptedBy(process);
  const target = await startTarget(null, signal);
  const rounds = await inFolder(target, (folder) =>
    measureCost(target, { ...flags, toldFile: join(folder, 'told'), signal, onRound: tellRound }),
  );
  const figures = costFigures(rounds);
  const { cores, addedP99Ms, routerCores, generatorCores, ok } = figures;
  const lines = [
    `router ${routerCores.toFixed(3)} + generator ${generatorCores.toFixed(3)} = ${cores.toFixed(3)} cores at ${flags.rate} requests/s: allowed are less than ${costLimits.cores}`,
    `the router adds ${addedP99Ms.toFixed(2)} ms at the p99: allowed is ${costLimits.addedP99Ms} ms`,
  ];
  tell(ok, lines, { ...flags, limits: costLimits, ...figures, rounds }, json);
}

function tellRound(round: CostRound): void {
  const { routerCores, generatorCores, routedP99Ms, directP99Ms, failed } = round;
  const late = round.latenessP99Ms?.toFixed(1) ?? '–';
  process.stdout.write(
    `  router ${routerCores.toFixed(3)}, generator ${generatorCores.toFixed(3)} cores; p99 ${routedP99Ms.toFixed(2)} ms, without the router ${directP99Ms.toFixed(2)} ms; generator late by ${late} ms at its p99; ${failed} failed\n`,
  );
}
