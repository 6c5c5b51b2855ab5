import { exitCodeOf } from '../cli/exit-code.ts';
import type { RunResult } from '../run/result.ts';
import { Interrupted } from '../run/stop.ts';
import type { PlannedRun } from './combinations.ts';

/** What came of a planned run: a result, or why there is none. */
export interface DoneRun {
  readonly planned: PlannedRun;
  readonly result: RunResult | null;
  /** Why it could not be carried out; null when it was. */
  readonly crash: string | null;
  /** How long it took, with everything around it; null for one that was there already. */
  readonly seconds: number | null;
}

export interface Steps {
  readonly runOne: (planned: PlannedRun) => Promise<RunResult>;
  readonly finished: (planned: PlannedRun) => RunResult | null;
  readonly keep: (planned: PlannedRun, result: RunResult) => void;
  /** Told of every run that has ended, in the order of the plan. */
  readonly onDone: (done: DoneRun, soFar: readonly DoneRun[]) => void;
  readonly signal: AbortSignal;
  /** In ms. */
  readonly now: () => number;
}

/**
 * Carries the planned runs out, one after the other, without those whose results are there. A run
 * that breaks is told as such, and the next one begins.
 *
 * @throws {Interrupted} when somebody ends it; what has been kept until then is what there is
 */
export async function compare(plan: readonly PlannedRun[], steps: Steps): Promise<DoneRun[]> {
  const done: DoneRun[] = [];
  for (const planned of plan) {
    const there = steps.finished(planned);
    const run =
      there === null
        ? await carryOut(planned, steps)
        : { planned, result: withoutTimeline(there), crash: null, seconds: null };
    done.push(run);
    steps.onDone(run, done);
  }
  return done;
}

async function carryOut(planned: PlannedRun, steps: Steps): Promise<DoneRun> {
  steps.signal.throwIfAborted();
  const from = steps.now();
  const seconds = () => (steps.now() - from) / 1000;
  try {
    const result = await steps.runOne(planned);
    steps.keep(planned, result);
    return { planned, result: withoutTimeline(result), crash: null, seconds: seconds() };
  } catch (error) {
    if (error instanceof Interrupted || steps.signal.aborted) throw error;
    const crash = error instanceof Error ? error.message : String(error);
    return { planned, result: null, crash, seconds: seconds() };
  }
}

/** The course of a run is in its folder; those of many runs would fill the memory. */
function withoutTimeline(result: RunResult): RunResult {
  return { ...result, timeline: [] };
}

/** 0 all green, 3 all that are valid are green, 1 otherwise. */
export function exitCodeOfAll(done: readonly DoneRun[]): 0 | 1 | 3 {
  const codes = done.map(({ result }) => (result === null ? 1 : exitCodeOf(result)));
  if (codes.includes(1)) return 1;
  return codes.includes(3) ? 3 : 0;
}
