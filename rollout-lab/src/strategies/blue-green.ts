import { epochMs } from '../metrics/clock.ts';
import type { Roll, RunContext, Strategy } from '../run/context.ts';
import { smokeTest } from './smoke-test.ts';
import { leaveAllTo, splitCustomers, startUpTo } from './traffic.ts';
import { countSoFar, watch } from './watch.ts';

/** A second fleet beside the first, that no customer reaches yet. */
async function startGreen(context: RunContext, roll: Roll): Promise<void> {
  const green = { release: roll.to, count: context.replicas, faults: roll.faults };
  await startUpTo(context, green, () => splitCustomers(context, roll, 0));
}

async function switchBack(context: RunContext, roll: Roll): Promise<'rolled-back'> {
  await splitCustomers(context, roll, 0);
  context.story.say(`switched back: all customers on ${roll.from}`);
  await leaveAllTo(context, roll.from, roll.to);
  return 'rolled-back';
}

/**
 * A full second fleet, tried out, then all traffic at once. The old fleet is held until the verdict:
 * nothing is left beside the new one to compare it with, so that comes at the end of the hold-down.
 */
export const blueGreen: Strategy = {
  name: 'blue-green',
  what: 'a full second fleet, smoke-tested, then all traffic at once; the old fleet is held',
  goesBackBy: 'the traffic switched back to the old fleet',
  readShares: () => [100],
  async roll(context, roll) {
    const rollFrom = epochMs();
    const before = await countSoFar(context);
    await startGreen(context, roll);
    const broken = await smokeTest(context, context.fleet.replicas(roll.to));
    if (broken !== null) {
      context.story.say(`smoke test failed: ${broken}`);
      return switchBack(context, roll);
    }
    context.story.say(`smoke test passed by ${context.replicas} replicas of ${roll.to}`);
    await splitCustomers(context, roll, 100);
    context.story.say(`switched: all customers on ${roll.to}`);
    const verdict = await watch(context, {
      step: `${roll.from} → ${roll.to}, all traffic switched`,
      canary: { release: roll.to },
      stable: { release: roll.from },
      besides: false,
      windowMs: context.profile.holdDownMs,
      rollFrom,
      before,
    });
    if (verdict.verdict !== 'pass') return switchBack(context, roll);
    await leaveAllTo(context, roll.to, roll.from);
    return 'released';
  },
};
