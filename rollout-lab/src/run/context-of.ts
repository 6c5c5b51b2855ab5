import type { Change } from '../changes/change.ts';
import { epochMs } from '../metrics/clock.ts';
import { countMismatches, flagKnown } from '../world/replica-metrics.ts';
import type { World } from '../world/world.ts';
import type { RunContext } from './context.ts';
import type { Course } from './course.ts';
import type { Story } from './story.ts';

/** What strategies and steps get of a run and its world. */
export function contextOf(course: Course, world: World, story: Story): RunContext {
  const { options, recorder } = course;
  const guest = world.identity.customers.at(-1);
  if (guest === undefined) throw new Error('there are no customers');
  return {
    change: options.change,
    profile: options.profile,
    thresholds: options.thresholds,
    replicas: options.replicas,
    fleet: world.fleet,
    router: world.router,
    flags: world.flags,
    schema: world.schema,
    forceSql: async (sql) => void (await world.db.query(sql)),
    goBackBy: options.goBackBy,
    control: options.control,
    recorder,
    story,
    guest,
    skus: world.shop.skus,
    signal: options.signal,
    mismatches: async () =>
      (await isComparing(world, options.change)) ? countMismatches(world.fleet) : 0,
    onSwitch(flag) {
      const known = flagKnown(world.fleet, flag, options.signal);
      known.then((ms) => ms !== null && course.flagsKnownAfter.push(ms)).catch(() => {});
    },
    onVerdict(verdict) {
      course.verdicts.push(verdict);
      course.verdictTimes.push(epochMs());
      story.feed.emit({ type: 'verdict', final: true, verdict });
      story.say(`judge: ${verdict.verdict} (${verdict.step})`);
    },
  };
}

/** Until the flag is on no replica compares anything, and there is nothing to ask them. */
async function isComparing({ flags }: World, change: Change): Promise<boolean> {
  return (await flags.get()).some(
    (flag) => flag.name === change.flags.shadowCompare && flag.enabled,
  );
}
