import type { RunResult } from '../run/result.ts';

/** The command that carries the run out again: same load, same steps, another moment. */
export function commandOf(result: RunResult): string {
  const { plant, seed, environment: e, failureCost } = result;
  return [
    ...(e.profile === 'demo' ? ['npm run demo --'] : runOf(result)),
    ...(plant === null ? [] : [`--plant ${plant}`]),
    ...(e.profile === 'full' ? [] : ['--quick']),
    `--rate ${e.rate} --seed-orders ${e.seedOrders} --seed ${quoted(seed)}`,
    `--cost-per-hour ${failureCost.perHour}`,
  ].join(' ');
}

function runOf({ strategy, candidate, change, goBackBy }: RunResult): string[] {
  const run = `npm run lab -- run --strategy ${strategy} --candidate ${candidate} --change ${change}`;
  return [run, ...(goBackBy === 'flag' ? [] : [`--go-back ${goBackBy}`])];
}

/** For a shell, where it is needed. */
function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
