import { judge } from '../judge/judge.ts';
import type { Verdict } from '../judge/types.ts';
import { epochMs } from '../metrics/clock.ts';
import type { Arm } from '../metrics/types.ts';
import type { Roll, RunContext } from '../run/context.ts';

/** Answers of the last moments are still under way; the window ends before them. */
const inFlightMs = 500;
/** The recorder keeps single requests a little longer than this. */
const keptMs = 110_000;

export interface StepToJudge {
  readonly step: string;
  readonly roll: Roll;
  readonly weight: number;
  /** Begin of the step, epoch ms. */
  readonly from: number;
  /** Begin of the rollout, epoch ms. */
  readonly rollFrom: number;
  /** No more data will be waited for. */
  readonly final: boolean;
  readonly mismatches: number;
}

/** The canary against the stable replicas of the same seconds; at 100 % those of before. */
export function judgeStep(context: RunContext, asked: StepToJudge): Verdict {
  const { from, roll, step, mismatches, final } = asked;
  const { recorder } = context;
  const to = Math.max(from, epochMs() - inFlightMs);
  const canary = recorder.arm(roll.to, from, to);
  const stable = asked.weight < 100 ? recorder.arm(roll.from, from, to) : null;
  const start = Math.max(asked.rollFrom, to - keptMs);
  const sinceStart = {
    canary: recorder.arm(roll.to, start, to),
    stable: recorder.arm(roll.from, start, to),
  };
  return judge({ step, canary, stable, sinceStart, mismatches, final }, context.thresholds);
}

/** All requests of a stretch of time against the absolute limits: one release, another flag. */
export function judgeFlag(
  context: RunContext,
  asked: { step: string; release: string; from: number; mismatches: number },
): Verdict {
  const to = Math.max(asked.from, epochMs() - inFlightMs);
  const canary: Arm = context.recorder.arm(asked.release, asked.from, to);
  const { step, mismatches } = asked;
  return judge({ step, canary, stable: null, mismatches }, context.thresholds);
}
