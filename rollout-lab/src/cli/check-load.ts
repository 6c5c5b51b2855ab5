import type { Command } from 'commander';
import { findK6 } from '../../../load-tests/runner/find-k6.ts';
import { interruptedBy } from '../run/stop.ts';
import {
  compareWithK6,
  type LoadFigures,
  type LoadRound,
  tailed,
  tolerance,
} from '../self-check/load.ts';
import { startTarget } from '../self-check/target.ts';
import { addCheckOptions, type CheckFlags, inFolder, tell } from './check.ts';

export function addCheckLoad(program: Command): void {
  const command = program
    .command('check-load')
    .description("the generator's p99 against that of k6 on the same target: within 10 %");
  addCheckOptions(command, { rate: 220, seconds: 10, rounds: 3 }).action(checkLoad);
}

async function checkLoad({ json, ...flags }: CheckFlags): Promise<void> {
  const k6 = findK6();
  const signal = interruptedBy(process);
  const target = await startTarget(tailed, signal);
  const figures = await inFolder(target, (folder) =>
    compareWithK6(target, { ...flags, k6, folder, signal, onRound: tellRound }),
  );
  tell(figures.ok, wordsOf(figures), { ...flags, tolerance, ...figures }, json);
}

function wordsOf({ ownP99Ms, k6P99Ms, difference, targetP99Ms, problems }: LoadFigures) {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    `p99 by the lab ${ownP99Ms.toFixed(2)} ms, by k6 ${k6P99Ms.toFixed(2)} ms: ${percent(difference)} apart, allowed are ${percent(tolerance)}`,
    `the target itself takes ${targetP99Ms.toFixed(2)} ms at its p99`,
    ...problems,
  ];
}

function tellRound({ ownP99Ms, k6P99Ms, problems }: LoadRound): void {
  const why = problems.length === 0 ? '' : `; does not count: ${problems.join('; ')}`;
  process.stdout.write(`  lab ${ownP99Ms.toFixed(2)} ms, k6 ${k6P99Ms.toFixed(2)} ms${why}\n`);
}
