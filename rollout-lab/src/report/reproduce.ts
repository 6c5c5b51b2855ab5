import type { RunResult } from '../run/result.ts';

/** The command that carries the run out again: same load, same steps, another moment. */
export function commandOf(result: RunResult): string {
  const {
    strategy,
    candidate,
    change,
    goBackBy,
    plant,
    seed,
    environment: e,
    failureCost,
  } = result;
  return [
    `npm run lab -- run --strategy ${strategy} --candidate ${candidate} --change ${change}`,
    ...(goBackBy === 'flag' ? [] : [`--go-back ${goBackBy}`]),
    ...(plant === null ? [] : [`--plant ${plant}`]),
    ...(e.profile === 'quick' ? ['--quick'] : []),
    `--rate ${e.rate} --seed-orders ${e.seedOrders} --seed ${quoted(seed)}`,
    `--cost-per-hour ${failureCost.perHour}`,
  ].join(' ');
}

/** For a shell, where it is needed. */
function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
