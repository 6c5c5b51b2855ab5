import type { Verdict } from '../judge/types.ts';
import { epochMs } from '../metrics/clock.ts';
import type { Roll, RunContext, Strategy } from '../run/context.ts';
import { routerSees } from '../run/router-sees.ts';
import { pause } from '../run/wait.ts';
import { judgeStep } from './judge-step.ts';

const lookEveryMs = 500;

/** So many replicas does a share of the customers need; at least one as soon as there are any. */
function replicasFor(percent: number, all: number): number {
  return Math.ceil((percent / 100) * all);
}

/** Puts the pools and their weights into the router as the fleet has them now. */
function route(context: RunContext, { from, to }: Roll, weight: number): void {
  context.router.set([
    { release: from, weight: 100 - weight, replicas: context.fleet.replicas(from) },
    { release: to, weight, replicas: context.fleet.replicas(to) },
  ]);
  context.story.weights({ [from]: 100 - weight, [to]: weight });
}

async function scale(context: RunContext, roll: Roll, to: number, weight: number): Promise<void> {
  while (context.fleet.replicas(roll.to).length < to) {
    context.signal.throwIfAborted();
    await context.fleet.start(roll.to, roll.faults);
    route(context, roll, weight);
    await routerSees(context.router, context.fleet, context.signal);
  }
}

/** Ends replicas by signal first and by routing last: that a replica drains is part of the test. */
async function retire(context: RunContext, roll: Roll, keep: number, weight: number) {
  for (const replica of context.fleet.replicas(roll.from).slice(keep)) {
    context.signal.throwIfAborted();
    await context.fleet.stop(replica.id);
    route(context, roll, weight);
  }
}

/** How many of the old release stay at a weight: one even at 100 %, until the last verdict. */
function oldOnesFor(weight: number, all: number): number {
  return Math.max(1, all - Math.floor((weight / 100) * all));
}

/** Failures and wrong values hurt at once; a latency is judged over the whole step. */
function isUrgent(verdict: Verdict): boolean {
  return verdict.checks.some((check) => check.verdict === 'fail' && check.name !== 'p99');
}

/**
 * Stays at a weight until the judge has enough data, and looks all the while whether it is bad
 * enough already. Thin data is waited for, and in the end is not a pass.
 */
async function watch(
  context: RunContext,
  roll: Roll,
  weight: number,
  rollFrom: number,
): Promise<Verdict> {
  const { profile, signal } = context;
  const from = epochMs();
  const mismatchesBefore = await context.mismatches();
  const step = `${roll.from} → ${roll.to} at ${weight} %`;
  for (;;) {
    await pause(lookEveryMs, signal);
    const found = (await context.mismatches()) - mismatchesBefore;
    const lasted = epochMs() - from;
    const final = lasted >= profile.longestStepMs;
    const asked = { step, roll, weight, from, rollFrom, mismatches: found, final };
    const verdict = judgeStep(context, asked);
    const settled = verdict.verdict !== 'insufficient data' || final;
    if (isUrgent(verdict) || (settled && lasted >= profile.stepMs)) return verdict;
  }
}

async function goBack(context: RunContext, roll: Roll): Promise<void> {
  const { fleet, replicas } = context;
  // The weight first: customers are safe from here on, the replicas can follow.
  route(context, roll, 0);
  while (fleet.replicas(roll.from).length < replicas) {
    await fleet.start(roll.from, 'none');
    route(context, roll, 0);
    await routerSees(context.router, context.fleet, context.signal);
  }
  await finish(context, roll.to, roll.from);
}

/** Ends what is left of one release and gives everything to the other. */
async function finish(context: RunContext, gone: string, stays: string): Promise<void> {
  const roll = { from: gone, to: stays, faults: 'none' };
  await retire(context, roll, 0, 100);
  const replicas = context.fleet.replicas(stays);
  context.router.set([{ release: stays, weight: 100, replicas }]);
  context.story.weights({ [stays]: 100 });
}

/** 1 → 5 → 25 → 50 → 100 % of customers, judged at each step. */
export const canary: Strategy = {
  name: 'canary',
  what: '1 → 5 → 25 → 50 → 100 % of customers, judged at each step',
  async roll(context, roll) {
    const { replicas } = context;
    const rollFrom = epochMs();
    let before = 0;
    for (const weight of context.profile.weights) {
      await scale(context, roll, replicasFor(weight, replicas), before);
      route(context, roll, weight);
      context.story.say(`${weight} % of customers on ${roll.to}`);
      await retire(context, roll, oldOnesFor(weight, replicas), weight);
      const verdict = await watch(context, roll, weight, rollFrom);
      context.onVerdict(verdict);
      if (verdict.verdict !== 'pass') {
        await goBack(context, roll);
        return 'rolled-back';
      }
      before = weight;
    }
    await finish(context, roll.from, roll.to);
    return 'released';
  },
};
