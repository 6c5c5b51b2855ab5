import type { Verdict } from '../judge/types.ts';
import { epochMs } from '../metrics/clock.ts';
import type { Roll, RunContext, Strategy } from '../run/context.ts';
import { endDownTo, shareAmongAll, startUpTo } from './traffic.ts';
import { countSoFar, type Watched, watch } from './watch.ts';

/** One more replica of the new release, one less of the old: maxSurge 1, maxUnavailable 0. */
async function replaceOne(context: RunContext, roll: Roll): Promise<void> {
  const { fleet } = context;
  const route = () => shareAmongAll(context, roll);
  const more = fleet.replicas(roll.to).length + 1;
  await startUpTo(context, { release: roll.to, count: more, faults: roll.faults }, route);
  const less = Math.max(0, fleet.replicas(roll.from).length - 1);
  await endDownTo(context, { release: roll.from, count: less }, route);
}

/** Replica by replica, judged after each; the last verdict counts for the whole. */
async function replaceAll(context: RunContext, roll: Roll): Promise<Verdict | null> {
  const asked = { rollFrom: epochMs(), before: await countSoFar(context) };
  let verdict: Verdict | null = null;
  while (!isWhole(context, roll)) {
    await replaceOne(context, roll);
    const done = context.fleet.replicas(roll.to).length;
    context.story.say(`${done} of ${context.replicas} replicas are of ${roll.to}`);
    verdict = await watch(context, stepOf(context, roll, asked));
    if (verdict.verdict !== 'pass') return verdict;
  }
  return verdict;
}

/** Old replicas may also have ended by themselves. */
function isWhole({ fleet, replicas }: RunContext, { from, to }: Roll): boolean {
  return fleet.replicas(from).length === 0 && fleet.replicas(to).length >= replicas;
}

function stepOf(
  { fleet, replicas }: RunContext,
  { from, to }: Roll,
  asked: Pick<Watched, 'rollFrom' | 'before'>,
): Watched {
  const done = fleet.replicas(to).length;
  return {
    step: `${from} → ${to}, ${done} of ${replicas} replicas`,
    canary: { release: to },
    stable: { release: from },
    besides: fleet.replicas(from).length > 0,
    ...asked,
  };
}

/** Rolls the replicas back in the same way, with nobody judging. */
async function rollBack(context: RunContext, roll: Roll): Promise<void> {
  const back = { from: roll.to, to: roll.from, faults: roll.fromFaults };
  context.story.say(`rolling the replicas back to ${roll.from}`);
  const way = { ...roll, ...back };
  while (!isWhole(context, way)) await replaceOne(context, way);
}

/** Replaces replicas one after another: maxSurge 1, maxUnavailable 0, gated on readiness. */
export const rolling: Strategy = {
  name: 'rolling',
  what: 'replicas replaced one after another: maxSurge 1, maxUnavailable 0, gated on readiness',
  goesBackBy: 'the replicas rolled back one after another',
  readShares: () => [100],
  async roll(context, roll) {
    const verdict = await replaceAll(context, roll);
    if (verdict?.verdict !== 'pass') {
      await rollBack(context, roll);
      return 'rolled-back';
    }
    await context.router.set([
      { release: roll.to, weight: 100, replicas: context.fleet.replicas(roll.to) },
    ]);
    context.story.weights({ [roll.to]: 100 });
    return 'released';
  },
};
