import { candidates } from '../candidates/index.ts';
import type { PlannedRun } from './combinations.ts';
import type { DoneRun } from './compare.ts';

/** A run through the whole change takes about three times as long as one that is rolled back. */
const wholeChange = 3;

function size({ candidate }: PlannedRun): number {
  const { upTo } = candidates.find((row) => row.name === candidate) ?? {};
  return upTo === 'contract' ? wholeChange : 1;
}

/** About how many seconds the rest takes, by what has been carried out; null before anything was. */
export function secondsLeft(plan: readonly PlannedRun[], done: readonly DoneRun[]): number | null {
  const timed = done.filter((run) => run.seconds !== null);
  if (timed.length === 0) return null;
  const seconds = timed.reduce((sum, run) => sum + (run.seconds ?? 0), 0);
  const sizes = timed.reduce((sum, { planned }) => sum + size(planned), 0);
  return (seconds / sizes) * plan.slice(done.length).reduce((sum, run) => sum + size(run), 0);
}
