import { epochMs } from '../metrics/clock.ts';
import type { Roll, RunContext, Strategy } from '../run/context.ts';
import { flagsOff } from '../run/flags.ts';
import { stepMsAt } from '../run/profile.ts';
import { endDownTo, leaveAllTo, splitCustomers, startUpTo } from './traffic.ts';
import { countSoFar, watch } from './watch.ts';

/** So many replicas does a share of the customers need; at least one as soon as there are any. */
function replicasFor(weight: number, all: number): number {
  return Math.ceil((weight / 100) * all);
}

/** The new ones take the place of old ones; one old stays even at 100 %, until the last verdict. */
function oldOnesFor(weight: number, all: number): number {
  return Math.max(1, all - replicasFor(weight, all));
}

async function moveTo(context: RunContext, roll: Roll, weight: number, before: number) {
  const { replicas } = context;
  const wanted = { release: roll.to, count: replicasFor(weight, replicas), faults: roll.faults };
  await startUpTo(context, wanted, () => splitCustomers(context, roll, before));
  await splitCustomers(context, roll, weight);
  context.story.say(`${weight} % of customers on ${roll.to}`);
  const kept = { release: roll.from, count: oldOnesFor(weight, replicas) };
  await endDownTo(context, kept, () => splitCustomers(context, roll, weight));
}

/** The flag first, which the replicas know in a moment; then the weight; then the replicas. */
async function goBack(context: RunContext, roll: Roll, reached: number): Promise<void> {
  if (context.goBackBy === 'flag') await flagsOff(context, roll.flags);
  await splitCustomers(context, roll, 0);
  context.story.say(`weight back from ${reached} % to 0: all customers on ${roll.from}`);
  const wanted = { release: roll.from, count: context.replicas, faults: roll.fromFaults };
  await startUpTo(context, wanted, () => splitCustomers(context, roll, 0));
  await leaveAllTo(context, roll.from, roll.to);
}

/** 1 → 5 → 25 → 50 → 100 % of customers, judged at each step; new behaviour behind flags. */
export const canary: Strategy = {
  name: 'canary',
  what: '1 → 5 → 25 → 50 → 100 % of customers, judged at each step; new behaviour behind flags',
  goesBackBy: 'the flags of the new behaviour off, then the weight to 0',
  readShares: (profile) => profile.readShares,
  async roll(context, roll) {
    const rollFrom = epochMs();
    const before = await countSoFar(context);
    let reached = 0;
    for (const weight of context.profile.weights) {
      await moveTo(context, roll, weight, reached);
      reached = weight;
      const verdict = await watch(context, {
        step: `${roll.from} → ${roll.to} at ${weight} %`,
        canary: { release: roll.to },
        stable: { release: roll.from },
        besides: weight < 100,
        windowMs: stepMsAt(context.profile, weight),
        rollFrom,
        before,
      });
      if (verdict.verdict === 'pass') continue;
      await goBack(context, roll, reached);
      return 'rolled-back';
    }
    await leaveAllTo(context, roll.to, roll.from);
    return 'released';
  },
};
