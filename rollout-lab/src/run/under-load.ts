import type { Load } from '../load/types.ts';
import { epochMs } from '../metrics/clock.ts';
import { Beside } from './beside.ts';
import type { RunContext } from './context.ts';
import { CostWatch } from './cost.ts';
import type { Course } from './course.ts';
import { faultsOf } from './faults-of.ts';
import { tellSecond } from './live.ts';
import { phaseSlug } from './phase-slug.ts';
import { replaceKilled } from './replace-killed.ts';
import type { RunOptions } from './run-options.ts';
import { type Outcome, type Step, stepsOf } from './steps.ts';
import { pause } from './wait.ts';

const liveEveryMs = 1_000;
/** Let the caches and the compilers warm up before anything is measured. */
const warmUpMs = 3_000;

/** Everything that happens under load; the load is stopped whatever happens. */
export async function runUnder(load: Load, context: RunContext, course: Course): Promise<void> {
  const { display } = course.options;
  const steps = stepsOf(course.options);
  const beside = new Beside(context, course, steps);
  context.story.expect(steps.length + 1);
  const ticker = setInterval(() => tellSecond(context, display, course.mix), liveEveryMs);
  try {
    await pause(warmUpMs, context.signal);
    const cost = new CostWatch(load, context.router);
    course.cost = () => cost.soFar();
    await baseline(context, beside);
    await rollOut(context, course, steps);
    await afterwards(context, beside);
    await load.stop();
    const spent = cost.stop();
    course.cost = () => spent;
  } catch (error) {
    await load.stop();
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

async function baseline(context: RunContext, beside: Beside): Promise<void> {
  const title = `baseline: ${context.change.from} alone`;
  await phase(context, 'baseline', title, async () => {
    await Promise.all([pause(context.profile.baselineMs, context.signal), beside.begin()]);
  });
}

async function rollOut(context: RunContext, course: Course, steps: readonly Step[]): Promise<void> {
  const { fleet, recorder } = context;
  fleet.resetUsage();
  const from = epochMs();
  const soFar = () => ({ from, to: epochMs(), ...fleet.usage(from) });
  course.rollout = soFar;
  recorder.beginPhase('rollout', from);
  course.outcome = await runSteps(context, course.options, steps);
  const whole = soFar();
  course.rollout = () => whole;
  recorder.endPhase('rollout', whole.to);
}

/** The load goes on for a moment: what the rollout left, without what it took. */
async function afterwards(context: RunContext, beside: Beside): Promise<void> {
  const { recorder, router, story, profile, signal } = context;
  story.say(`the load goes on for ${profile.afterMs / 1000} s`);
  recorder.beginPhase('after');
  await router.phase('after');
  await pause(profile.afterMs, signal);
  await beside.end();
  recorder.endPhase('after');
}

async function runSteps(
  context: RunContext,
  options: RunOptions,
  steps: readonly Step[],
): Promise<Outcome> {
  for (const step of steps) {
    await replaceKilled(context, (release) => faultsOf(options, release));
    const outcome = await phase(context, step.title, step.title, () => step.run(context));
    if (outcome === 'rolled-back') return outcome;
  }
  return 'released';
}

async function phase<T>(
  { recorder, router, story }: RunContext,
  name: string,
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  story.chapter(title);
  await router.phase(phaseSlug(name));
  recorder.beginPhase(name);
  try {
    return await work();
  } finally {
    recorder.endPhase(name);
  }
}
