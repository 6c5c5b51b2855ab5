import { Judge } from '../judge/judge.ts';
import type { JudgeInput, Thresholds, Verdict } from '../judge/types.ts';
import type { Random } from '../load/random.ts';
import { profiles, stepMsAt } from '../run/profile.ts';
import type { Planted } from './plant.ts';
import { type Arms, newArms, Split } from './split.ts';
import type { Traffic } from './traffic.ts';

const { weights, longestStepMs } = profiles.quick;
/** Whole seconds that a step has had at its end, in which answers are still under way. */
const shortestAt = (weight: number): number =>
  Math.floor(stepMsAt(profiles.quick, weight) / 1000 - 0.5);
const longest = longestStepMs / 1000;
/** Seconds of the stable release alone, while the first replica of the other one starts. */
const before = 3;

export interface RolledOut {
  readonly verdict: Verdict['verdict'];
  /** Weight that it reached. */
  readonly weight: number;
  readonly seconds: number;
  readonly failed: readonly string[];
}

interface Step {
  readonly weight: number;
  /** Seconds before a pass. */
  readonly shortest: number;
  readonly sinceStart: Arms;
  readonly arms: Arms;
}

/** A whole quick canary as the lab does it, looked at every second: what comes of it. */
export function rollOut(
  traffic: Traffic,
  planted: Planted,
  thresholds: Thresholds,
  random: Random,
): RolledOut {
  const split = new Split(traffic, planted, random);
  const sinceStart = newArms();
  for (let second = 0; second < before; second++) split.next(0, [sinceStart]);
  let seconds = 0;
  for (const percent of weights) {
    const weight = percent / 100;
    const step = { weight, shortest: shortestAt(percent), sinceStart, arms: newArms() };
    const { verdict, lasted } = watch(split, step, thresholds);
    seconds += lasted;
    if (verdict.verdict === 'pass' && weight < 1) continue;
    const failed = verdict.checks.filter((c) => c.verdict !== 'pass').map(({ name }) => name);
    return { verdict: verdict.verdict, weight, seconds, failed };
  }
  throw new Error('there are no weights');
}

function watch(split: Split, step: Step, thresholds: Thresholds) {
  const judge = new Judge(thresholds);
  for (let lasted = 1; ; lasted++) {
    split.next(step.weight, [step.arms, step.sinceStart]);
    const verdict = judge.look(inputOf(step, split.mismatches, lasted));
    const isSettled = verdict.verdict !== 'insufficient data' || lasted === longest;
    if (verdict.verdict === 'fail' || (isSettled && lasted >= step.shortest))
      return { verdict, lasted };
  }
}

function inputOf(
  { weight, shortest, arms, sinceStart }: Step,
  mismatches: number,
  lasted: number,
): JudgeInput {
  const isBeside = weight < 1;
  return {
    step: '',
    canary: arms.canary,
    stable: isBeside ? arms.stable : null,
    ...((isBeside || lasted >= shortest) && { sinceStart }),
    mismatches,
    final: lasted >= longest,
  };
}
